{{- define "assay.labels" -}}
app.kubernetes.io/name: assay
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "assay.pod" -}}
{{- $root := .root -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
terminationGracePeriodSeconds: 60
{{- with $root.Values.serviceAccount.name }}
serviceAccountName: {{ . }}
{{- end }}
containers:
  - name: assay
    image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    args: ["serve", "--role", {{ .role | quote }}]
    env:
      - { name: ASSAY_HOST, value: "0.0.0.0" }
      - { name: ASSAY_INSECURE_HTTP, value: "1" }
      - { name: ASSAY_PORT, value: "8460" }
      # Endpoints forget a pod a moment after it was told to stop.
      - { name: ASSAY_DRAIN_SECONDS, value: "8" }
      {{- if has .role (list "worker" "collector") }}
      - { name: ASSAY_PROBE_PORT, value: "8460" }
      {{- end }}
      {{- with $root.Values.hostNames }}
      - { name: ASSAY_HOST_NAMES, value: {{ . | quote }} }
      {{- end }}
      {{- with $root.Values.database.existingSecret }}
      - name: ASSAY_DATABASE_URL
        valueFrom: { secretKeyRef: { name: {{ . }}, key: url } }
      {{- end }}
      {{- with $root.Values.metrics.existingSecret }}
      - name: ASSAY_METRICS_TOKEN
        valueFrom: { secretKeyRef: { name: {{ . }}, key: token } }
      {{- end }}
      {{- if $root.Values.masterKey.existingSecret }}
      - { name: ASSAY_MASTER_KEY_FILE, value: /etc/assay/master.key }
      {{- end }}
      {{- range $name, $value := $root.Values.settings }}
      - { name: {{ $name }}, value: {{ $value | quote }} }
      {{- end }}
    ports:
      - { name: http, containerPort: 8460 }
    readinessProbe:
      httpGet: { path: /health/ready, port: http }
      periodSeconds: 3
      failureThreshold: 2
    livenessProbe:
      httpGet: { path: /health/live, port: http }
      periodSeconds: 10
      failureThreshold: 6
    startupProbe:
      httpGet: { path: /health/live, port: http }
      periodSeconds: 2
      failureThreshold: 150
    securityContext:
      allowPrivilegeEscalation: false
      capabilities: { drop: ["ALL"] }
      readOnlyRootFilesystem: true
    resources: {{- toYaml $root.Values.resources | nindent 6 }}
    volumeMounts:
      - { name: data, mountPath: /var/lib/assay }
      - { name: scratch, mountPath: /tmp }
      {{- if $root.Values.masterKey.existingSecret }}
      - { name: master-key, mountPath: /etc/assay, readOnly: true }
      {{- end }}
volumes:
  - name: data
    persistentVolumeClaim: { claimName: {{ $root.Release.Name }}-data }
  - name: scratch
    emptyDir: {}
  {{- with $root.Values.masterKey.existingSecret }}
  - name: master-key
    secret: { secretName: {{ . }}, defaultMode: 0440 }
  {{- end }}
{{- end }}
