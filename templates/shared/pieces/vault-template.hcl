template {
  destination          = {{ own.folder ~ "/" ~ own.file }}
  perms                = "0440"
  error_on_missing_key = true
  # The secret's path comes from an environment variable, so no path can change this template.
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
  # Each value is in single quotes, so a shell does not interpret it.
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
