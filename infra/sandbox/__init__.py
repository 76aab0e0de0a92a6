"""WeChat Pay and Alipay as they answer, on this machine: written from their documents alone."""
