"""Texts that look like a credential, and names that only sound like one."""

from __future__ import annotations

import pytest

from wizard.kube.credentials import holds_credential, is_credential

HARMLESS = """
PASSWORD_FILE=/etc/secrets/password TOKEN_TTL=3600
SECRET_NAME=orders KEY_PREFIX=shop KEYCLOAK_URL=https://id.example.org
TOKEN_LIFETIME=15m SECRETS_DIR=/etc/secrets
API_KEY_HEADER=X-Api-Key TOKEN_ISSUER=https://id.example.org PRIMARY_KEY=order_id
PASSWORD_MIN_LENGTH=12 PASSWORD_POLICY=strict SECRET_STORE=vault TOKENIZER=wordpiece SECRETARY=anna TOKEN_AUDIENCE=shop
CREDENTIALS_PATH=/var/run/creds KEY=order SORT_KEY=name
CACHE_KEY=v2 PARTITION_KEY=region PASSWORD_RESET_URL=https://a.b/c
TOKEN_REFRESH_INTERVAL=5m SECRET_ROTATION_DAYS=30 PWD_FILE=/tmp/x ACCESS_KEY_ID_FILE=/x PRIVATE_KEY_PATH=/tls/tls.key
USE_TOKEN=true REQUIRE_PASSWORD=false MAX_TOKENS=4096 TOKEN=$(TOKEN_FROM_SECRET) PASSWORD=${DB_PASSWORD} TOKEN_COUNT=17
DATABASE_URL=postgres://db:5432/orders REDIS_URL=redis://cache:6379
AMQP_URL=amqp://$(USER):$(PASSWORD)@mq API_URL=https://a.b
PASSWORD=/run/secrets/pw SECRET_MOUNT=kv TOKEN_TYPE=Bearer TOKEN_FORMAT=jwt KEYSTORE_TYPE=PKCS12 SSH_KEY_TYPE=ed25519
PUBLIC_KEY=abc KEY_ID=k1 API_KEY_ID=42
ENCRYPTION=on SIGNING_ALGORITHM=RS256 PASSWORD_HINT_ENABLED=yes TOKEN_ENDPOINT=/oauth/token
KEYS=10 MONKEY=banana HOTKEY=f1 TURKEY_REGION=tr
SECRET_VERSION=3 CREDENTIAL_PROVIDER=web TOKEN_CACHE=memory LOG_LEVEL=info
CSRF_TOKEN_NAME=csrf PASSWORD_ENCODER_TYPE=bcrypt SECRET_ENGINE=kv TOKEN_SCOPES=read,write
"""
CREDENTIALS = """
DB_PASSWORD=hunter2 AWS_SECRET_ACCESS_KEY=AKIA API_KEY=abc123def STRIPE_SECRET=whsec dbPassword=pw TOKEN=deadbeef
DATABASE_URL=postgres://u:p4ss@db/x GITHUB=ghp_0123456789abcdefghijklmnopqrstuvwxyz MYSQL_PWD=geheim PRIVATE_KEY=MIIE
HIDDEN=AKIAIOSFODNN7EXAMPLE SESSION=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0xx.c2ln REDIS=redis://:pw@cache:6379
"""


@pytest.mark.parametrize("pair", HARMLESS.split())
def test_a_name_that_only_sounds_like_a_secret_passes(pair: str) -> None:
    name, _, value = pair.partition("=")
    assert not holds_credential(name, value)


@pytest.mark.parametrize("pair", CREDENTIALS.split())
def test_a_credential_is_detected_by_its_name_or_its_shape(pair: str) -> None:
    name, _, value = pair.partition("=")
    assert holds_credential(name, value)


def test_a_private_key_is_a_credential_in_any_text() -> None:
    assert is_credential("-----BEGIN RSA PRIVATE KEY-----")
    assert not is_credential("-----BEGIN CERTIFICATE-----")
