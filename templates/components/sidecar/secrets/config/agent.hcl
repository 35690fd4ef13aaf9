# Logs in to Vault with the pod's service account and keeps the program's secrets file up to date.
vault {
  address = {{ own.address }}
{% if own.ca == 'private' %}
  ca_cert = "/etc/vault-ca/ca.crt"
{% endif %}
  retry {
    num_retries = 5
  }
}

auto_auth {
  method "kubernetes" {
    mount_path = {{ own.auth_mount }}
    config = {
      role       = {{ own.role }}
      token_path = "/var/run/secrets/vault/token"
    }
  }
}

template_config {
  static_secret_render_interval = {{ own.refresh }}
  exit_on_retry_failure         = true
}

{% include 'shared/pieces/vault-template.hcl' %}
