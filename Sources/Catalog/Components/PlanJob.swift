import JSON

/// A Job that runs a script of Croft's own in Python's image, with its plan beside it: for services whose set-up is an
/// API alone.
struct PlanJob {
  var metadata: JSON
  /// The script's name: `setup` runs `/plan/setup.py`, which reads `/plan/plan.json`.
  var container: String
  var script: String
  var plan: String
  /// Variables from a Secret, each with the key that holds it.
  var secret: String
  var variables: KeyValuePairs<String, String>
  /// Further folders, with their mounts.
  var volumes: [JSON] = []
  var mounts: [JSON] = []

  var objects: [JSON] {
    let name = metadata["name"] ?? ""
    let environment = variables.map { variable, key -> JSON in
      [
        "name": .string(variable),
        "valueFrom": ["secretKeyRef": ["name": .string(secret), "key": .string(key)]],
      ]
    }
    let worker: JSON = [
      "name": .string(container), "image": "docker.io/library/python:3.13.7-alpine",
      "command": ["python3", .string("/plan/\(container).py")], "env": .array(environment),
      "volumeMounts": .array([["name": "plan", "mountPath": "/plan", "readOnly": true]] + mounts),
      "resources": ["requests": ["cpu": "10m", "memory": "32Mi"]],
      "securityContext": [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
      ],
    ]
    var data: JSON = ["plan.json": .string(plan)]
    data["\(container).py"] = .string(script)
    return [
      ["apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data],
      [
        "apiVersion": "batch/v1", "kind": "Job", "metadata": metadata,
        "spec": [
          "backoffLimit": 10,
          "template": [
            "spec": [
              "restartPolicy": "OnFailure", "automountServiceAccountToken": false, "containers": [worker],
              "volumes": .array([["name": "plan", "configMap": ["name": name]]] + volumes),
              "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65534, "seccompProfile": ["type": "RuntimeDefault"],
              ],
            ]
          ],
        ],
      ],
    ]
  }
}
