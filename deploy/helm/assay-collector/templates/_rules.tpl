{{- define "collector.labels" -}}
app.kubernetes.io/name: assay-collector
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "collector.rules" -}}
- { apiGroups: [""], resources: [pods], verbs: [list, watch] }
- { apiGroups: [apps], resources: [replicasets], verbs: [list, watch] }
- { apiGroups: [batch], resources: [jobs], verbs: [list, watch] }
{{- if .Values.exposure }}
- { apiGroups: [""], resources: [services], verbs: [list, watch] }
- { apiGroups: [networking.k8s.io], resources: [ingresses, networkpolicies], verbs: [list, watch] }
- { apiGroups: [gateway.networking.k8s.io], resources: [gateways, httproutes], verbs: [list, watch] }
{{- end }}
{{- end }}
