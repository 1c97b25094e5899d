import Blueprint

/// A root file system that is new at every start, and what outlives it:
/// https://github.com/nix-community/impermanence
enum RootModule {
  static func text(_ fileSystem: NixOSSpec.FileSystem) -> String {
    head + (fileSystem == .zfs ? zfs : btrfs) + tail
  }

  private static let head = #"""
    {
      cluster,
      lib,
      node,
      ...
    }:
    {

    """#

  /// Names of old roots are times that sort as text does.
  private static let btrfs = #"""
      boot.supportedFilesystems.btrfs = true;
      boot.initrd = {
        supportedFilesystems.btrfs = true;
        services.lvm.enable = true;
        systemd = {
          enable = true;
          services.rollback = {
            description = "Put the root file system aside and make a new one";
            wantedBy = [ "initrd.target" ];
            requires = [ "dev-root_vg-root.device" ];
            after = [ "dev-root_vg-root.device" ];
            before = [ "sysroot.mount" ];
            unitConfig.DefaultDependencies = false;
            serviceConfig.Type = "oneshot";
            script = ''
              mkdir -p /btrfs
              mount -t btrfs -o subvolid=5 /dev/root_vg/root /btrfs
              if [ -e /btrfs/root ]; then
                mkdir -p /btrfs/old_roots
                mv /btrfs/root "/btrfs/old_roots/$(date --utc +%Y-%m-%dT%H-%M-%SZ)"
              fi
              btrfs subvolume create /btrfs/root

              # A subvolume goes after those in it.
              remove() {
                btrfs subvolume list -o "$1" | while read -r _ _ _ _ _ _ _ _ path; do
                  remove "/btrfs/$path"
                done
                btrfs subvolume delete "$1"
              }
              oldest=$(date --utc --date="${toString cluster.root.keepDays} days ago" +%Y-%m-%dT%H-%M-%SZ)
              for old in /btrfs/old_roots/*; do
                if [[ "''${old##*/}" < "$oldest" ]]; then
                  remove "$old"
                fi
              done
              umount /btrfs
            '';
          };
        };
      };

    """#

  private static let zfs = #"""
      boot.supportedFilesystems.zfs = true;
      boot.zfs.forceImportRoot = false;
      networking.hostId = node.hostId;
      boot.initrd = {
        supportedFilesystems.zfs = true;
        systemd = {
          enable = true;
          services.rollback = {
            description = "Put the root file system aside and make a new one";
            wantedBy = [ "initrd.target" ];
            requires = [ "zfs-import-rpool.service" ];
            after = [ "zfs-import-rpool.service" ];
            before = [ "sysroot.mount" ];
            unitConfig.DefaultDependencies = false;
            serviceConfig.Type = "oneshot";
            script = ''
              if zfs list rpool/root >/dev/null 2>&1; then
                zfs rename rpool/root "rpool/old_roots/$(date --utc +%Y-%m-%dT%H-%M-%SZ)"
              fi
              zfs create -o mountpoint=legacy rpool/root

              oldest=$(date --utc --date="${toString cluster.root.keepDays} days ago" +%Y-%m-%dT%H-%M-%SZ)
              zfs list -H -o name -d 1 rpool/old_roots | while read -r old; do
                if [ "$old" != rpool/old_roots ] && [[ "''${old##*/}" < "$oldest" ]]; then
                  zfs destroy -r "$old"
                fi
              done
            '';
          };
        };
      };

    """#

  private static let tail = #"""

      fileSystems."/persist".neededForBoot = true;

      environment.persistence."/persist" = {
        hideMounts = true;
        directories = cluster.persist ++ node.persist;
        files = [
          "/etc/adjtime"
          "/etc/machine-id"
        ];
        users = lib.mapAttrs (_: user: { directories = user.persist; }) (
          lib.filterAttrs (_: user: user.persist != [ ]) cluster.users
        );
      };

      # Read from where they are kept, so that the machine is known again after a start.
      services.openssh.hostKeys = [
        {
          path = "/persist/etc/ssh/ssh_host_ed25519_key";
          type = "ed25519";
        }
        {
          path = "/persist/etc/ssh/ssh_host_rsa_key";
          type = "rsa";
          bits = 4096;
        }
      ];
    }

    """#
}
