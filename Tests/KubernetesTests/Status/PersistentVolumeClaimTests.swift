import Testing

struct PersistentVolumeClaimTests {
  @Test(arguments: cases) func rule(_ this: StatusCase) throws { try this.check() }

  static let modes = ["": "WaitForFirstConsumer", "nfs": "Immediate", "odd": "Sometimes"]
  static let waiting = "{kind: PersistentVolumeClaim, spec: {}, status: {phase: Pending}}"

  static let cases = [
    StatusCase("no phase", "kind: PersistentVolumeClaim", bindingModes: modes, is: "progressing NotBound"),
    StatusCase("bound", "{kind: PersistentVolumeClaim, status: {phase: Bound}}", is: "ready"),
    StatusCase(
      "its volume is gone", "{kind: PersistentVolumeClaim, spec: {volumeName: pv-1}, status: {phase: Lost}}",
      bindingModes: modes, is: "progressing Lost: its volume pv-1 is gone"),
    StatusCase(
      "being deleted",
      """
      kind: PersistentVolumeClaim
      metadata: {deletionTimestamp: "2024-05-01T12:00:00Z"}
      status: {phase: Bound}
      """, is: "terminating"),
    StatusCase("waits for its first consumer", waiting, bindingModes: modes, is: "ready"),
    StatusCase(
      "waits for its first consumer, class named",
      "{kind: PersistentVolumeClaim, spec: {storageClassName: fast}, status: {phase: Pending}}",
      bindingModes: ["fast": "WaitForFirstConsumer"], is: "ready"),
    StatusCase(
      "pods that do not count as consumers", waiting,
      beside: """
        {metadata: {name: a}, spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: another}}]}}
        ---
        {metadata: {name: b, namespace: elsewhere}, spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: it}}]}}
        ---
        {metadata: {name: c}, spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: it}}]}, status: {phase: Failed}}
        """, bindingModes: modes, is: "ready"),
    StatusCase(
      "a pod uses it", waiting,
      beside: """
        metadata: {name: web-1}
        spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: it}}]}
        status: {phase: Pending}
        """, bindingModes: modes,
      is: "progressing pod/home/web-1: NotBound: the default storage class has not made its volume yet, "
        + "which the pod needs"),
    StatusCase(
      "a pod uses it that no node takes", waiting,
      beside: """
        metadata: {name: web-1}
        spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: it}}]}
        status:
          phase: Pending
          conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: no node has room}]
        """, bindingModes: modes, is: "progressing pod/home/web-1: Unschedulable: no node has room"),
    StatusCase(
      "a pod's ephemeral volume uses it",
      "{kind: PersistentVolumeClaim, metadata: {name: web-1-scratch}, spec: {}, status: {phase: Pending}}",
      beside: "{metadata: {name: web-1}, spec: {volumes: [{name: scratch, ephemeral: {volumeClaimTemplate: {}}}]}}",
      bindingModes: modes, is: "progressing NotBound"),
    StatusCase(
      "a node was chosen for it",
      """
      kind: PersistentVolumeClaim
      metadata: {annotations: {volume.kubernetes.io/selected-node: cow}}
      status: {phase: Pending}
      """, bindingModes: modes,
      is: "progressing NotBound: the default storage class has not made its volume on node cow yet"),
    StatusCase(
      "immediate", "{kind: PersistentVolumeClaim, spec: {storageClassName: nfs}, status: {phase: Pending}}",
      bindingModes: modes, is: "progressing NotBound: storage class nfs has not made its volume yet"),
    StatusCase(
      "no class wanted", "{kind: PersistentVolumeClaim, spec: {storageClassName: \"\"}, status: {phase: Pending}}",
      bindingModes: modes,
      is: "progressing NotBound: its storage class is \"\", so it waits for a volume that someone makes by hand"),
    StatusCase(
      "a class nobody knows", "{kind: PersistentVolumeClaim, spec: {storageClassName: gone}, status: {phase: Pending}}",
      bindingModes: modes,
      is: "progressing BindingModeUnknown: storage class gone is not there, or could not be read"),
    StatusCase(
      "no default class known", waiting,
      is: "progressing BindingModeUnknown: the default storage class is not there, or could not be read"),
    StatusCase(
      "a mode nobody knows", "{kind: PersistentVolumeClaim, spec: {storageClassName: odd}, status: {phase: Pending}}",
      bindingModes: modes, is: "progressing BindingModeUnknown"),
    StatusCase(
      "the class of old times, by annotation",
      """
      kind: PersistentVolumeClaim
      metadata: {annotations: {volume.beta.kubernetes.io/storage-class: nfs}}
      status: {phase: Pending}
      """, bindingModes: modes, is: "progressing NotBound"),
    StatusCase(
      "waits for the volume it names",
      "{kind: PersistentVolumeClaim, spec: {volumeName: pv-1}, status: {phase: Pending}}",
      bindingModes: modes, is: "progressing NotBound: it waits for the volume pv-1, which it names"),
  ]
}
