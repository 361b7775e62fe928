"""Promises of the production containers, read from their files."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "relay", "beat"]


def test_whoever_serves_may_read_the_collected_files():
    assert settings.STORAGES["staticfiles"]["OPTIONS"]["file_permissions_mode"] == 0o644


@pytest.mark.parametrize("name", OURS)
def test_what_is_written_below_a_read_only_root_lies_on_volumes_that_the_user_owns(name):
    service = SERVICES[name]
    # A tmpfs other than /tmp belongs to root; a volume takes the owner of the image's folder.
    assert service["read_only"]
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - the container's own
    owned = re.search(r"install -d -o hand -g hand (.+)", DOCKERFILE)[1].split()
    assert sorted(volume.split(":")[1] for volume in service["volumes"]) == sorted(owned)
    assert {"/srv/media", re.search(r"NUMBA_CACHE_DIR=(\S+)", DOCKERFILE)[1]} <= set(owned)


def test_one_service_builds_the_image_of_all():
    assert [name for name in OURS if "build" in SERVICES[name]] == ["migrate"]
    assert len({SERVICES[name]["image"] for name in OURS}) == 1


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}(:.)", text)) == {":?"}
        assert re.search(rf"^{name}=$", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_the_pages_of_the_proxy_are_there():
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text()
    pages = re.findall(r"rewrite \* /(\S+)", caddyfile)
    assert pages
    assert all((ROOT / "deploy" / "pages" / page).is_file() for page in pages)
    assert caddyfile.count("import own_answer") == caddyfile.count("handle_errors ")
