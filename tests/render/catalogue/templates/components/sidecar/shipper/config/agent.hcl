tag = {{ own.tag }}
