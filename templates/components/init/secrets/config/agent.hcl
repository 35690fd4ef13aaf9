# Logs in to Vault with the pod's service account, writes the program's secrets file once, and ends.
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
    # A failed login ends the container, so that it shows as a restart instead of waiting in silence.
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

template {
  destination          = {{ own.folder ~ "/" ~ own.file }}
  perms                = "0440"
  error_on_missing_key = true
  # The secret's path is in the environment, so that no path can change this template.
{% if own.format == 'json' %}
  contents = <<EOT
{% if own.engine == 'kv2' %}
{% raw %}{{ with secret (env "SECRET_PATH") }}{{ .Data.data | toJSONPretty }}{{ end }}
{% endraw %}
{% else %}
{% raw %}{{ with secret (env "SECRET_PATH") }}{{ .Data | toJSONPretty }}{{ end }}
{% endraw %}
{% endif %}
EOT
{% else %}
  # Each value in single quotes, so that a shell takes it as it is.
  contents = <<EOT
{% if own.engine == 'kv2' %}
{% raw %}{{ with secret (env "SECRET_PATH") }}{{ range $key, $value := .Data.data -}}
{% endraw %}
{% else %}
{% raw %}{{ with secret (env "SECRET_PATH") }}{{ range $key, $value := .Data -}}
{% endraw %}
{% endif %}
{% raw %}{{ $key }}='{{ printf "%v" $value | replaceAll "'" "'\\''" }}'
{{ end }}{{ end -}}
{% endraw %}
EOT
{% endif %}
}
