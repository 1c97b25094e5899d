import Blueprint
import Catalog
import Diagnostics

/// `modules/k3d.nix`: a k3d cluster as a NixOS module, with what the cluster file says as defaults of its options.
struct K3dModule {
  let blueprint: Blueprint
  let kubernetes: KubernetesSpec

  var text: String { options + Self.config }

  // MARK: Options

  private var options: String {
    let tree = K3dTree(blueprint: blueprint, kubernetes: kubernetes)
    let spec = kubernetes.k3d ?? .init()
    let gitops = blueprint.gitops
    let image = kubernetes.version.map { "rancher/k3s:\($0.replacing("+", with: "-"))" }
    return Self.head
      + [
        Self.option(
          "clusterName", "str", .string(blueprint.name),
          "What the cluster is called; its containers begin with k3d-NAME."),
        Self.option("image", "str", .string(image ?? "rancher/k3s:latest"), "The image of k3s."),
        Self.option("apiAddress", "str", .string(spec.apiAddress), "The host's address that the API listens on."),
        Self.option("apiPort", "port", .int(kubernetes.port), "The API's port."),
        Self.option(
          "storageDir", "nullOr str", .text(spec.storage),
          "The host's folder for volumes of the local-path provisioner; null keeps them in Docker."),
        Self.option(
          "ports", "listOf str", .strings(spec.ports.map(\.value)),
          "Ports of the host that lead into the cluster, as PORT:PORT@FILTER."),
        Self.option(
          "extraArgs", "listOf str", .strings(tree.arguments),
          "Arguments of k3s."),
        Self.option(
          "kubeconfig.path", "str", .string(kubernetes.kubeconfig.path ?? "/etc/k3d/kubeconfig"),
          "Where the kubeconfig is written; KUBECONFIG names it for everyone on the host."),
        Self.option("kubeconfig.mode", "str", .string(kubernetes.kubeconfig.mode ?? "0600"), "Its permissions."),
        Self.option("kubeconfig.group", "str", .string(kubernetes.kubeconfig.group ?? "root"), "Its group."),
        Self.option(
          "gitops.enable", "bool", .bool(gitops != nil), "Whether the cluster is told which repository it follows."),
        Self.option("gitops.repository", "str", .string(gitops?.repository ?? ""), "The repository."),
        Self.option("gitops.branch", "str", .string(gitops?.branch ?? "main"), "Its branch."),
        Self.option("gitops.path", "str", .string(gitops?.bootstrap ?? "bootstrap"), "The kustomization in it."),
        Self.option(
          "authKey.enable", "bool", .bool(false), "Whether an auth key of Tailscale is brought into the cluster."),
        Self.option(
          "authKey.file", "nullOr str", .null,
          "A file with the key in one line: the path of a secret that sops-nix or agenix decrypts."),
        Self.option("authKey.secret", "str", .string(K3dTree.authKeySecret), "The Secret that it becomes."),
        Self.option("authKey.key", "str", .string(K3dTree.authKeyName), "The Secret's key."),
        Self.option(
          "authKey.namespaces", "listOf str", .strings(tree.authKeyNamespaces),
          "Who gets a copy; they are made where they are missing."
        ),
      ].joined() + "  };\n\n"
  }

  /// - Parameter type: of `lib.types`.
  private static func option(_ name: String, _ type: String, _ value: NixExpression, _ about: String) -> String {
    let words = type.split(separator: " ").map { "lib.types.\($0)" }.joined(separator: " ")
    return """
          \(name) = lib.mkOption {
            type = \(words);
            default = \(value.text(at: 3));
            description = \(NixExpression.quoted(about));
          };

      """
  }

  private static let head = #"""
    {
      config,
      lib,
      pkgs,
      ...
    }:
    let
      cfg = config.services.croft-k3d;

      # https://k3d.io/stable/usage/configfile/
      settings = (pkgs.formats.yaml { }).generate "k3d.yaml" {
        apiVersion = "k3d.io/v1alpha5";
        kind = "Simple";
        metadata.name = cfg.clusterName;
        servers = 1;
        agents = 0;
        inherit (cfg) image;
        kubeAPI = {
          hostIP = cfg.apiAddress;
          hostPort = toString cfg.apiPort;
        };
        volumes = lib.optional (cfg.storageDir != null) {
          volume = "${cfg.storageDir}:/var/lib/rancher/k3s/storage";
          nodeFilters = [ "server:0" ];
        };
        ports = map (
          port:
          let
            parts = lib.splitString "@" port;
          in
          {
            port = lib.head parts;
            nodeFilters = if lib.length parts > 1 then lib.tail parts else [ "loadbalancer" ];
          }
        ) cfg.ports;
        options = {
          k3d = {
            wait = true;
            timeout = "60s";
          };
          k3s.extraArgs = map (arg: {
            inherit arg;
            nodeFilters = [ "server:*" ];
          }) cfg.extraArgs;
          kubeconfig = {
            updateDefaultKubeconfig = false;
            switchCurrentContext = false;
          };
        };
      };

      bootstrap = pkgs.writeShellApplication {
        name = "croft-k3d";
        runtimeInputs = [
          config.virtualisation.docker.package
          pkgs.gitMinimal
          pkgs.jq
          pkgs.k3d
          pkgs.kubectl
        ];
        text = builtins.readFile ./croft-k3d.sh;
      };
    in
    {
      options.services.croft-k3d = {
        enable = lib.mkEnableOption "a Kubernetes cluster in the Docker of this host";


    """#

  // MARK: The unit

  private static let config = #"""
      config = lib.mkIf cfg.enable {
        assertions = [
          {
            assertion = config.virtualisation.docker.enable;
            message = "services.croft-k3d runs in the host's Docker: set virtualisation.docker.enable = true";
          }
          {
            assertion = lib.all (port: builtins.match "(.*:)?443:[0-9]+(/tcp)?(@.*)?" port == null) cfg.ports;
            message = "services.croft-k3d leaves port 443 of the host to what runs there already";
          }
          {
            assertion = cfg.authKey.enable -> cfg.authKey.file != null;
            message = "services.croft-k3d.authKey needs the file that the key is in";
          }
        ];

        environment.systemPackages = [
          pkgs.k3d
          pkgs.kubectl
        ];
        environment.variables.KUBECONFIG = cfg.kubeconfig.path;

        # Can be started at any time: what is there already is left as it is.
        systemd.services.croft-k3d = {
          description = "Kubernetes cluster ${cfg.clusterName} (k3d)";
          wantedBy = [ "multi-user.target" ];
          wants = [ "network-online.target" ];
          requires = [ "docker.service" ];
          after = [
            "docker.service"
            "network-online.target"
          ];
          environment = {
            CLUSTER = cfg.clusterName;
            K3D_CONFIG = "${settings}";
            STORAGE = toString cfg.storageDir;
            KUBECONFIG = cfg.kubeconfig.path;
            KUBECONFIG_MODE = cfg.kubeconfig.mode;
            KUBECONFIG_GROUP = cfg.kubeconfig.group;
            AUTH_KEY_SECRET = cfg.authKey.secret;
            AUTH_KEY_NAME = cfg.authKey.key;
            AUTH_KEY_NAMESPACES = toString cfg.authKey.namespaces;
          }
          // lib.optionalAttrs cfg.authKey.enable { AUTH_KEY_FILE = toString cfg.authKey.file; }
          // lib.optionalAttrs cfg.gitops.enable {
            GITOPS = "${cfg.gitops.repository}//${cfg.gitops.path}?ref=${cfg.gitops.branch}";
          };
          serviceConfig = {
            Type = "oneshot";
            RemainAfterExit = true;
            ExecStart = lib.getExe bootstrap;
            Restart = "on-failure";
            RestartSec = "10s";
            RuntimeDirectory = "croft-k3d";
            RuntimeDirectoryMode = "0700";
          };
        };
      };
    }

    """#
}
