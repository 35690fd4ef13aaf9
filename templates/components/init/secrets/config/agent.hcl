# Logs in to Vault with the pod's service account, writes the program's secrets file once, and exits.
exit_after_auth = true

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
    # A failed login ends the container, so the failure is visible and retried instead of a silent wait.
    exit_on_err = true
    mount_path = {{ own.auth_mount }}
    config = {
      role       = {{ own.role }}
      token_path = "/var/run/secrets/vault/token"
    }
  }
}

template_config {
  exit_on_retry_failure = true
}

{% include 'shared/pieces/vault-template.hcl' %}
