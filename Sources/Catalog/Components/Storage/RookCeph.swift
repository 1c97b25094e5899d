package import Blueprint
import Diagnostics
import JSON

/// https://rook.io/docs/rook/latest/Helm-Charts/helm-charts/ – three charts: the operator, the drivers, the cluster.
package enum RookCeph: Component {
  package struct Options: StorageProvider {
    package var volumes: VolumeClass
    /// The pool of block devices.
    package var pool = "ceph-blockpool"
    /// How many copies there are of everything; `nil`: three where that many nodes have disks, else one a node.
    package var replicas: Int?
    /// Whether volumes can be shared by pods of several nodes.
    package var hasFilesystem = false
    /// Whether there are S3 buckets.
    package var hasObjects = false
    /// Whether there is a pod to give Ceph's own commands in.
    package var hasToolbox = false
  }

  package static let about = About(
    "rook-ceph", "Volumes, shared file systems and buckets on the nodes' disks, with copies on other nodes.",
    chart: ChartReference("https://charts.rook.io/release", "rook-ceph-cluster", "v1.20.6"), namespace: "rook-ceph",
    isPrivileged: true, dependsOn: ["snapshot-controller"], after: ["cilium", "coredns"],
    definitions: [
      "cephblockpoolradosnamespaces", "cephblockpools", "cephbucketnotifications", "cephbuckettopics", "cephclients",
      "cephclusters", "cephcosidrivers", "cephfilesystemmirrors", "cephfilesystems", "cephfilesystemsubvolumegroups",
      "cephnfses", "cephnvmeofgateways", "cephobjectrealms", "cephobjectstoreaccounts", "cephobjectstores",
      "cephobjectstoreusers", "cephobjectzonegroups", "cephobjectzones", "cephrbdmirrors",
    ].map { "\($0).ceph.rook.io" } + ["objectbucketclaims.objectbucket.io", "objectbuckets.objectbucket.io"]
      + ["cephconnections", "clientprofiles", "clientprofilemappings", "drivers", "operatorconfigs"].map {
        "\($0).csi.ceph.io"
      },
    nodes: NodeRequirements(modules: ["rbd", "ceph"], disk: .ceph))

  package static func options(_ reader: inout MappingReader) -> Options? {
    var options = Options(volumes: reader.volumeClass("ceph-block"))
    options.pool =
      reader.optional("pool", .label("the name of a pool"), "The pool of volumes.", byDefault: "ceph-blockpool")
      ?? options.pool
    options.replicas = reader.optional(
      "replicas", .whole(1...9, "a number of copies"),
      "How many copies there are of everything. By default three, or as many as nodes have disks for it.")
    options.hasFilesystem =
      reader.optional(
        "filesystem", .truth, "Whether there is the class ceph-filesystem, of volumes that several nodes can share.",
        byDefault: false) ?? false
    options.hasObjects =
      reader.optional(
        "objects", .truth, "Whether there is the class ceph-bucket, of buckets that are reached by S3.",
        byDefault: false) ?? false
    options.hasToolbox =
      reader.optional("toolbox", .truth, "Whether there is a pod to give Ceph's own commands in.", byDefault: false)
      ?? false
    return options
  }

  package static func make(_ options: Options, _ context: ComponentContext) -> Contribution {
    let plan = CephPlan(options, context)
    let namespace = context.namespace
    let operatorChart = ChartReference(
      "https://charts.rook.io/release", "rook-ceph", context.use.version?.value ?? "v1.20.6")
    let driversChart = ChartReference("https://ceph.github.io/ceph-csi-operator", "ceph-csi-drivers", "1.0.4")
    var contribution = Contribution(
      values: plan.clusterValues,
      waitFor: ["cephcluster/\(namespace)/\(namespace)", "cephblockpool/\(namespace)/\(options.pool)"]
        + (options.hasFilesystem ? ["cephfilesystem/\(namespace)/\(CephPlan.filesystem)"] : [])
        + (options.hasObjects ? ["cephobjectstore/\(namespace)/\(CephPlan.objectStore)"] : []),
      openings: [
        Opening(
          .ingress, .host, because: "nodes that mount volumes ask monitors on 3300 and 6789, and disks on 6800 to 7568"),
        Opening(.egress, .host, because: "the operator works through the API server"),
      ])
    if options.hasObjects {
      contribution.openings.append(
        Opening(.ingress, .cluster, ports: [8080], because: "applications keep objects in its buckets"))
    }
    contribution.companions = [
      Companion(
        "operator", chart: operatorChart, values: plan.operatorValues,
        waitFor: [
          "crd/cephclusters.ceph.rook.io", "deployment/\(namespace)/rook-ceph-operator",
          "deployment/\(namespace)/ceph-csi-controller-manager",
        ]),
      Companion("drivers", chart: driversChart, values: plan.driverValues),
    ]
    contribution.page = WebPage("rook-ceph-mgr-dashboard", port: 7000)
    contribution.monitors = [
      Monitor(.service, labels: ["app": "rook-ceph-mgr", "rook_cluster": namespace], port: "http-metrics"),
      Monitor(
        .service, labels: ["app": "rook-ceph-exporter", "rook_cluster": namespace],
        port: "ceph-exporter-http-metrics"),
    ]
    contribution.classes = plan.classes
    contribution.overhead = plan.overhead
    contribution.problems = context.problems(of: options.volumes) + plan.problems
    return contribution
  }
}
