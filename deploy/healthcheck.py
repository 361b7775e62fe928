"""Exit 0 when this container's web process answers /health/ with 200; for docker-compose.yml."""

import http.client
import os
import sys
from urllib.parse import urlsplit

site = urlsplit(os.environ["SITE_URL"])
client = http.client.HTTPConnection("127.0.0.1", 8000, timeout=8)
client.request("GET", "/health/", headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
sys.exit(client.getresponse().status != http.client.OK)
