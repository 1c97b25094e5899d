/// k3s as NixOS has it, and what storage asks of a machine. Flags are in `nodes/NAME.nix`.
enum K3sModule {
  static let text = #"""
    {
      cluster,
      config,
      lib,
      node,
      pkgs,
      ...
    }:
    {
      services.k3s = {
        enable = true;
        package = pkgs.${cluster.kubernetes.package};
        inherit (node) role;
        tokenFile = config.sops.secrets."k3s/token".path;
        # Going down waits for pods to end, at last for those that the others need.
        gracefulNodeShutdown = {
          enable = true;
          inherit (cluster.shutdown) shutdownGracePeriod shutdownGracePeriodCriticalPods;
        };
      };
      # logind lets nobody hold a shutdown up for longer than this.
      environment.etc."systemd/logind.conf.d/90-croft.conf".text = ''
        [Login]
        InhibitDelayMaxSec=${cluster.shutdown.shutdownGracePeriod}
      '';

      # For Longhorn and other volumes over iSCSI. Longhorn looks for the programs where they are elsewhere.
      services.openiscsi = lib.mkIf cluster.needs.iscsi {
        enable = true;
        name = "iqn.2016-04.com.open-iscsi:${node.hostName}";
      };
      systemd.tmpfiles.rules = lib.mkIf cluster.needs.iscsi [
        "L+ /usr/local/bin - - - - /run/current-system/sw/bin"
      ];

      boot.supportedFilesystems = {
        nfs = cluster.needs.nfs;
        zfs = lib.mkIf cluster.needs.zfs true;
      };

      environment.systemPackages = [
        pkgs.kubectl
        pkgs.nfs-utils
      ];
    }

    """#
}
