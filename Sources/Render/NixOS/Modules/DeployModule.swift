/// The unit of the first server that rolls out the releases: `deploy/deploy.sh` with what it needs.
enum DeployModule {
  /// - Parameter folder: whether a release is read from beside the cluster file.
  static func text(usesFolder folder: Bool) -> String {
    head + (folder ? "      CLUSTER_FOLDER = \"${../../..}\";\n" : "") + tail
  }

  private static let head = #"""
    {
      cluster,
      lib,
      pkgs,
      ...
    }:
    let
      deploy = pkgs.writeShellApplication {
        name = "croft-deploy";
        runtimeInputs = [
          pkgs.jq
          pkgs.kubectl
          pkgs.kubernetes-helm
          pkgs.yq
        ];
        text = builtins.readFile ../deploy/deploy.sh;
      };
    in
    {
      # Starts anew when what is deployed changes, and at every start of the machine. A group whose files are those of
      # the last time, and which is ready, is left alone.
      systemd.services.croft-deploy = {
        description = "Roll out the releases of ${cluster.name}";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ];
        requires = [ "k3s.service" ];
        after = [
          "k3s.service"
          "network-online.target"
        ];
        environment = {
          DEPLOY_FILES = "${../deploy}";
          HELM_CACHE_HOME = "/var/cache/croft-deploy";
          KUBECONFIG = cluster.kubernetes.kubeconfig;

    """#

  private static let tail = #"""
        };
        serviceConfig = {
          # Switching to a new system does not wait until everything is rolled out.
          Type = "exec";
          ExecStart = lib.getExe deploy;
          RemainAfterExit = true;
          Restart = "on-failure";
          RestartSec = "10s";
          StateDirectory = "croft-deploy";
          CacheDirectory = "croft-deploy";
          PrivateTmp = true;
        };
      };

      environment.persistence."/persist".directories = [ "/var/lib/croft-deploy" ];
    }

    """#
}
