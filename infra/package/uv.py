"""The installer, from the same environment as this code."""

from uv import find_uv_bin

UV = find_uv_bin()
