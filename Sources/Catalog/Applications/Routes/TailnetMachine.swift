import Blueprint
import JSON

/// A machine of a tailnet that leads to one application.
///
/// It is a container in the application's own pod where there is one such pod. Several pods would be several machines,
/// and the pods of a chart are the chart's: there it is a pod beside them.
struct TailnetMachine {
  let route: Route
  let options: TailscaleSidecar.Options
  let version: String

  /// As the tailnet calls it.
  var machine: String { String(route.host.prefix { $0 != "." }) }

  private var name: String { "\(route.name)-tailnet" }
  private var container: String { "tailscale-\(machine)" }

  var isInside: Bool {
    guard let workload = route.release.workload, route.backend.container != nil else { return false }
    return WorkloadObjects(release: route.release, workload: workload).range.upperBound == 1
  }

  /// Of the pod that it is in.
  private var account: String { isInside ? route.release.name : name }

  var pods: Flow.Peer {
    isInside
      ? route.release.pods : .pods(namespace: route.namespace, labels: ["app.kubernetes.io/instance": name])
  }

  var need: SecretNeed {
    SecretNeed(
      options.secret, in: route.namespace, keys: [options.key],
      for: "Auth key of the tailnet that may be used again, and makes machines that stay")
  }

  // MARK: The container

  /// https://github.com/tailscale/tailscale/blob/main/cmd/containerboot/main.go
  var sidecar: JSON {
    let text: KeyValuePairs<String, String> = [
      "TS_HOSTNAME": machine,
      // Who it is outlives its pod.
      "TS_KUBE_SECRET": name, "TS_AUTH_ONCE": "true", "TS_USERSPACE": "true",
      "TS_SERVE_CONFIG": "/etc/tailnet/serve.json",
    ]
    var environment: [JSON] = text.map { ["name": .string($0.key), "value": .string($0.value)] }
    environment.append([
      "name": "TS_AUTHKEY",
      "valueFrom": ["secretKeyRef": ["name": .string(options.secret), "key": .string(options.key)]],
    ])
    for (variable, field) in [("POD_NAME", "metadata.name"), ("POD_UID", "metadata.uid")] {
      environment.append(["name": .string(variable), "valueFrom": ["fieldRef": ["fieldPath": .string(field)]]])
    }
    let folders: KeyValuePairs<String, String> = [
      "serve": "/etc/tailnet", "token": "/var/run/secrets/kubernetes.io/serviceaccount", "tmp": "/tmp",
    ]
    return [
      "name": .string(container), "image": .string("docker.io/tailscale/tailscale:\(version)"),
      "env": .array(environment), "resources": ["requests": ["cpu": "10m", "memory": "64Mi"]],
      "securityContext": [
        "runAsNonRoot": true, "runAsUser": 1000, "runAsGroup": 1000, "allowPrivilegeEscalation": false,
        "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
      ],
      "volumeMounts": .array(
        folders.map { folder, path in
          .members([
            "name": .string("\(container)-\(folder)"), "mountPath": .string(path),
            "readOnly": folder == "tmp" ? nil : true,
          ])
        }),
    ]
  }

  /// The token of its account is for it alone, not for the application beside it.
  var volumes: [JSON] {
    let sources: [JSON] = [
      ["serviceAccountToken": ["path": "token", "expirationSeconds": 3600]],
      ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
      ["downwardAPI": ["items": [["path": "namespace", "fieldRef": ["fieldPath": "metadata.namespace"]]]]],
    ]
    return [
      ["name": .string("\(container)-serve"), "configMap": ["name": .string(name)]],
      ["name": .string("\(container)-token"), "projected": ["sources": .array(sources)]],
      ["name": .string("\(container)-tmp"), "emptyDir": [:]],
    ]
  }

  // MARK: What it needs beside it

  var objects: [JSON] {
    [configuration] + access + (isInside ? [] : [serviceAccount, deployment])
  }

  /// TLS ends in the machine, with the tailnet's own certificate.
  private var configuration: JSON {
    let backend = route.backend
    let address =
      isInside
      ? "127.0.0.1:\(backend.container ?? backend.port)" : "\(backend.service).\(route.namespace).svc:\(backend.port)"
    let serve: JSON = [
      "TCP": ["443": ["HTTPS": true]],
      "Web": [
        "${TS_CERT_DOMAIN}:443": [
          "Handlers": [.init(stringLiteral: route.exposure.path): ["Proxy": .string("http://\(address)")]]
        ]
      ],
    ]
    return [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": route.release.metadata(name),
      "data": ["serve.json": .string(serve.text)],
    ]
  }

  /// It keeps who it is in a Secret that it makes itself.
  private var access: [JSON] {
    let api = "rbac.authorization.k8s.io"
    let rules: [JSON] = [
      ["apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]],
      [
        "apiGroups": [""], "resources": ["secrets"], "resourceNames": [.string(name)],
        "verbs": ["get", "update", "patch"],
      ],
      ["apiGroups": [""], "resources": ["events"], "verbs": ["get", "create", "patch"]],
    ]
    return [
      [
        "apiVersion": .string("\(api)/v1"), "kind": "Role", "metadata": route.release.metadata(name),
        "rules": .array(rules),
      ],
      [
        "apiVersion": .string("\(api)/v1"), "kind": "RoleBinding", "metadata": route.release.metadata(name),
        "roleRef": ["apiGroup": .string(api), "kind": "Role", "name": .string(name)],
        "subjects": [
          ["kind": "ServiceAccount", "name": .string(account), "namespace": .string(route.namespace)]
        ],
      ],
    ]
  }

  private var serviceAccount: JSON {
    [
      "apiVersion": "v1", "kind": "ServiceAccount", "metadata": route.release.metadata(name),
      "automountServiceAccountToken": false,
    ]
  }

  private var deployment: JSON {
    let labels: JSON = ["app.kubernetes.io/name": "tailscale", "app.kubernetes.io/instance": .string(name)]
    return [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": route.release.metadata(name),
      "spec": [
        "replicas": 1, "strategy": ["type": "Recreate"], "selector": ["matchLabels": labels],
        "template": [
          "metadata": ["labels": labels],
          "spec": [
            "serviceAccountName": .string(name), "enableServiceLinks": false,
            "securityContext": ["fsGroup": 1000, "seccompProfile": ["type": "RuntimeDefault"]],
            "containers": [sidecar], "volumes": .array(volumes),
          ],
        ],
      ],
    ]
  }
}

extension Applications {
  /// Makes an application a machine of the tailnet, named like the host's first part.
  mutating func addTailnetMachine(_ route: Route, to index: Int) {
    let part = route.ingress.part
    let use = blueprint.components.first { $0.name == part.name }
    guard let options = platform.options(TailscaleSidecar.self, of: part) else { return }
    let machine = TailnetMachine(
      route: route, options: options, version: use?.version?.value ?? TailscaleSidecar.version)
    if machine.isInside, var workload = blueprint.releases[index].workload {
      workload.sidecars.append(machine.sidecar)
      workload.sidecarVolumes += machine.volumes
      blueprint.releases[index].workload = workload
    }
    blueprint.releases[index].additions += machine.objects
    if !blueprint.releases[index].secretNeeds.contains(machine.need) {
      blueprint.releases[index].secretNeeds.append(machine.need)
    }
    let name = route.release.name
    flows += [
      Flow(
        owner: name, from: machine.pods, to: .world, ports: [],
        reason: "The machine '\(machine.machine)' of the tailnet finds its way to its clients."),
      Flow(
        owner: name, from: machine.pods, to: .host, ports: [],
        reason: "The machine '\(machine.machine)' of the tailnet keeps who it is in a Secret."),
    ]
    if !machine.isInside {
      flows.append(
        Flow(
          owner: name, from: machine.pods, to: route.release.pods, ports: route.backend.container.map { [$0] } ?? [],
          reason: "The machine '\(machine.machine)' of the tailnet brings requests to '\(name)'."))
    }
  }
}
