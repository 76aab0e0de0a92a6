"""The command line `tongdan`: one module per noun, over HTTP except for the administrator's."""
