public import Diagnostics

/// The pages of the codes that reading a cluster file gives, for `croft explain`.
///
/// Examples leave out a file's first three lines.
public enum BlueprintPages {
  public static let all: [Page] = files + keys + values + releases

  private static let files = [
    Page(
      "CR0201", "A file that is not there or cannot be read",
      body: """
        A cluster is a folder with `cluster.yaml`, and beside it, where you want smaller files, `nodes.yaml` and \
        `apps/**/*.yaml`. Commands take the folder or the file. Names end in `.yaml`; a file that ends in `.yml` is not \
        read, and Croft says so. Hidden files and folders are left alone.

        Check the path, and that you may read the file: `ls -l cluster.yaml`.
        """),
    Page(
      "CR0220", "A document that is no part of a cluster file",
      """
      Every document of `cluster.yaml`, `nodes.yaml` and `apps/**/*.yaml` is a mapping with the keys of a cluster: \
      `nodes`, `apps` and so on. Values of charts and manifests of Kubernetes belong elsewhere, for example in \
      `values/` and `manifests/`, where releases name them.
      """,
      broken: "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}",
      mended: "apps:\n  web:\n    manifests: [manifests/web.yaml]"),
    Page(
      "CR0214", "A name given twice",
      """
      A node, a layer and a release have one name each, in all the files of a cluster and in `platform` and `apps` \
      together; so have the ports and mount points of one workload. A component of your own has a name that the catalogue \
      does not have, and its options have names that no component has already. What describes the whole cluster, such as \
      `network`, is given in one file. Both places are reported.
      """,
      broken: "platform:\n  web: {image: nginx}\napps:\n  web: {image: caddy}",
      mended: "platform:\n  proxy: {image: nginx}\napps:\n  web: {image: caddy}"),
    Page(
      "CR0225", "An environment that the file does not have",
      """
      `--environment NAME` lays one of the file's `environments` over the rest of it. Without that name there is nothing \
      to lay, and Croft does not go on with the file as it is: that may be another cluster. The example is checked with \
      `--environment dev`.
      """,
      broken: "environments:\n  test: {domain: test.example.net}",
      mended: "environments:\n  dev: {domain: dev.example.net}"),
    Page(
      "CR0226", "Nothing there that an environment could take away",
      """
      In an environment, `null` takes away what the rest of the file has. Where there is nothing of that name, something \
      else was meant, and would stay. To add a component without options, write `{}`. The example is checked with \
      `--environment dev`.
      """,
      broken: "apps:\n  web: {image: nginx}\n  api: {image: caddy}\nenvironments:\n  dev: {apps: {wbe: null}}",
      mended: "apps:\n  web: {image: nginx}\n  api: {image: caddy}\nenvironments:\n  dev: {apps: {web: null}}"),
  ]

  private static let keys = [
    Page(
      "CR0202", "An unknown key",
      """
      The cluster file is closed: a key that Croft does not know is an error, because a mistyped key would otherwise \
      be without effect and nobody would notice. Croft names the nearest key that it knows. A key of a later version \
      of Croft is unknown to this one.
      """,
      broken: "domian: example.net", mended: "domain: example.net"),
    Page(
      "CR0203", "A key that is missing",
      """
      Some keys have no sensible default: a node's name and role, a chart's version, the place where a volume is \
      mounted. Others are wanted by the key beside them.
      """,
      broken: "nodes:\n  - name: cow", mended: "nodes:\n  - name: cow\n    role: worker"),
    Page(
      "CR0204", "A value of another kind",
      """
      The key wants a list, a mapping, a number, a text or true or false, and the value is something else or nothing. \
      YAML 1.2 has two truth values, true and false; `yes`, `no`, `on` and `off` are texts. A single value of a list \
      stands in brackets.
      """,
      broken: "apps:\n  web:\n    image: nginx\n    hostNetwork: yes\n    args: --verbose",
      mended: "apps:\n  web:\n    image: nginx\n    hostNetwork: true\n    args: [--verbose]"),
    Page(
      "CR0205", "A word that is not one of those allowed",
      """
      The key takes one of a few words, spelled exactly so, capitals included: most are Kubernetes' own.
      """,
      broken: "nodes:\n  - {name: cow, role: server}", mended: "nodes:\n  - {name: cow, role: control-plane}"),
    Page(
      "CR0216", "A key that has no meaning beside another",
      """
      Some keys belong to one kind of source, machine or operation: `values` to a chart, `port` and `storage` to an image, \
      `ssh` to a node that does not run Talos. Beside another they would be without effect, so Croft refuses them and \
      points at both.
      """,
      broken: "apps:\n  web:\n    image: nginx\n    values: {replicas: 2}",
      mended: "apps:\n  web:\n    image: nginx\n    replicas: 2"),
    Page(
      "CR0217", "Keys that exclude each other",
      """
      Of these keys, one is enough, and two would contradict each other.
      """,
      broken: "apps:\n  web:\n    image: nginx\n    port: 80\n    ports: [443]",
      mended: "apps:\n  web:\n    image: nginx\n    ports: [80, 443]"),
  ]

  private static let values = [
    Page(
      "CR0206", "A name that Kubernetes would refuse",
      """
      Names of releases, namespaces, layers, pools and volumes are RFC 1123 labels: at most 63 of a-z, 0-9 and '-', not \
      at either end (53 for releases: Helm's limit). Names of nodes, Secrets and ConfigMaps may hold dots. Kinds are \
      written as manifests write them: Job, StatefulSet.
      """,
      broken: "apps:\n  My_App: {image: nginx}", mended: "apps:\n  my-app: {image: nginx}"),
    Page(
      "CR0207", "Not an address, network or range",
      """
      Addresses are IPv4 or IPv6 in the usual notation. Leading zeros are refused, because some programs take them for \
      octal. A network has the length of its prefix; a range has two ends of one family, or is a network whose address \
      is its first one.
      """,
      broken: "network:\n  router: 192.168.014.1\n  pools: {public: 192.168.14.41/29}",
      mended: "network:\n  router: 192.168.14.1\n  pools: {public: 192.168.14.40/29}"),
    Page(
      "CR0208", "Not a quantity",
      """
      Amounts are Kubernetes quantities: a number above zero, and perhaps a unit. For bytes Ki, Mi, Gi, Ti (powers of \
      1024) or k, M, G, T (powers of 1000); for processors m, thousandths. There is no B at the end, and capitals \
      matter: 128m of memory would be an eighth of a byte.
      """,
      broken: "apps:\n  web:\n    image: nginx\n    storage: {data: {size: 20GB, mount: /data}}",
      mended: "apps:\n  web:\n    image: nginx\n    storage: {data: {size: 20Gi, mount: /data}}"),
    Page(
      "CR0209", "Not a duration or a time of day",
      """
      Durations are whole numbers with their units, h, m and s in this order: 90s, 10m, 1h30m. A time of day has two \
      digits for the hour and two for the minute, 07:30.
      """,
      broken: "apps:\n  web: {image: nginx, timeout: 90}", mended: "apps:\n  web: {image: nginx, timeout: 90s}"),
    Page(
      "CR0210", "Not a version",
      """
      A version of Kubernetes has a 'v' and three numbers, and a distribution's own ending: v1.33.4+k3s1. A version of \
      a chart is exact: with a range or 'latest' the same file would give another cluster tomorrow.
      """,
      broken: "kubernetes: {distribution: k3s, version: 1.33}",
      mended: "kubernetes: {distribution: k3s, version: v1.33.4+k3s1}"),
    Page(
      "CR0211", "Not an image",
      """
      An image is `registry/path:tag` or `registry/path@sha256:…`: without https://, the path in lower case.
      """,
      broken: "apps:\n  web: {image: \"https://ghcr.io/Example/web:1.2\"}",
      mended: "apps:\n  web: {image: \"ghcr.io/example/web:1.2\"}"),
    Page(
      "CR0212", "A number out of bounds",
      """
      The number is smaller or larger than the key allows: ports go from 1 to 65535, retries from 0 to 100, percentages \
      from 1% to 100%. Of two numbers that belong together, the lower one is not below the higher.
      """,
      broken: "apps:\n  web: {image: nginx, port: 80800}", mended: "apps:\n  web: {image: nginx, port: 8080}"),
    Page(
      "CR0213", "Not a URL, a path or an identifier",
      """
      Repositories are URLs that start with https:// or http://; charts in a registry start with oci:// and have their \
      version beside them. Paths inside a container, of a request or into an object start with '/'. Devices, permissions \
      of files, fingerprints of host keys, age recipients, schematics and targets of backups have a form of their own, \
      which the message shows.
      """,
      broken: "apps:\n  web:\n    chart: {repository: charts.example.net, name: web, version: 1.2.3}",
      mended: "apps:\n  web:\n    chart: {repository: \"https://charts.example.net\", name: web, version: 1.2.3}"),
    Page(
      "CR0219", "Not a label or taint",
      """
      The key of a label or annotation is `name` or `domain/name`. A label's value has at most 63 letters, digits, '-', \
      '_' and '.', with a letter or digit at each end; annotations take any text. A taint is `key=value:Effect` or \
      `key:Effect`, the effect NoSchedule, PreferNoSchedule or NoExecute.
      """,
      broken: "nodes:\n  - {name: cow, role: worker, taints: [workload=ai], labels: {place: \"the attic\"}}",
      mended: "nodes:\n  - {name: cow, role: worker, taints: [\"workload=ai:NoSchedule\"], labels: {place: attic}}"),
  ]

  private static let releases = [
    Page(
      "CR0222", "A value that other tools read otherwise",
      """
      The cluster file is YAML 1.2, in which `no` is a text and 0644 is six hundred and forty-four. Helm and kubectl \
      follow YAML 1.1 in their own files: there, `no` is false and 0644 is octal, 420. What is copied from such a file \
      into `values`, a patch or an inline manifest would change its meaning, so Croft warns. Write the value so that \
      it means the same everywhere.
      """,
      broken: "apps:\n  web:\n    chart: {path: charts/web}\n    values: {debug: no, mode: 0644}",
      mended: "apps:\n  web:\n    chart: {path: charts/web}\n    values: {debug: false, mode: 420}"),
    Page(
      "CR0215", "No source, or more than one",
      """
      A release is made from exactly one of `chart`, `kustomize`, `manifests` and `image`. So is a chart from one of \
      `repository`, `oci` and `path`, an entry of `valuesFrom` from one of `file`, `secret` and `configMap`, and a volume \
      from one of `size`, `claim`, `secret`, `configMap` and `emptyDir`.
      """,
      broken: "apps:\n  web:\n    image: nginx\n    chart: {path: charts/web}",
      mended: "apps:\n  web:\n    chart: {path: charts/web}"),
    Page(
      "CR0218", "Not something to wait for",
      """
      `waitFor` names objects as kind/namespace/name or kind/name. The kind may be a plural or short name, and have its \
      group where it needs one: certificate.cert-manager.io/home/tls. Without a namespace, objects of the release's own \
      namespace are meant, or those that have none: namespace/home, crd/ipaddresspools.metallb.io.
      """,
      broken: "apps:\n  web: {image: nginx, waitFor: [web]}",
      mended: "apps:\n  web: {image: nginx, waitFor: [deployment/web]}"),
    Page(
      "CR0221", "An object without what every object has",
      """
      Objects in `manifests` have apiVersion, kind and metadata.name, all texts. A name such as 42 needs quotes: without \
      them it is a number.
      """,
      broken: "apps:\n  web:\n    manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: 42}}]",
      mended: "apps:\n  web:\n    manifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: \"42\"}}]"),
    Page(
      "CR0223", "A component that the catalogue does not have",
      """
      An entry of `platform` that does not say what it is made from is a component of Croft's catalogue: its name is the \
      component's, or `component` says which one it is. What the catalogue does not have is deployed from its chart, \
      manifests or image, as an application is, or described in a file of yours: docs/own-components.md shows how.
      """,
      broken: "platform:\n  cert-mangler: {}",
      mended: """
        platform:
          cert-mangler:
            chart: {repository: "https://charts.example.net", name: cert-mangler, version: 1.2.3}
        """),
    Page(
      "CR0224", "A short host name without a domain",
      """
      A host of `expose` without a dot is below the cluster's `domain`: `paper` becomes `paper.home.example.net`. Without \
      a domain nobody could ask for it.
      """,
      broken: "apps:\n  paper: {image: nginx, port: 80, expose: {host: paper}}",
      mended: "domain: home.example.net\napps:\n  paper: {image: nginx, port: 80, expose: {host: paper}}"),
  ]
}
