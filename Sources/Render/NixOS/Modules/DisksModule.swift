import Blueprint

/// The layout of the system disk, for Disko: https://github.com/nix-community/disko
enum DisksModule {
  static func text(_ fileSystem: NixOSSpec.FileSystem) -> String {
    switch fileSystem {
    case .btrfs: head + btrfs
    case .zfs: head + zfs
    }
  }

  private static let head = #"""
    {
      lib,
      node,
      ...
    }:
    {
      disko.devices.disk.system = {
        type = "disk";
        inherit (node.disk) device;
        # Whether installing may destroy what is on it.
        destroy = node.disk.wipe;
        content = {
          type = "gpt";
          partitions = {
            ESP = {
              size = node.disk.espSize;
              type = "EF00";
              content = {
                type = "filesystem";
                format = "vfat";
                mountpoint = "/boot";
                mountOptions = [ "umask=0077" ];
              };
            };

    """#

  private static let btrfs = #"""
            root = {
              size = "100%";
              content = {
                type = "lvm_pv";
                vg = "root_vg";
              };
            };
          }
          // lib.optionalAttrs (node.system == "x86_64-linux") {
            boot = {
              size = "1M";
              type = "EF02";
              priority = 1;
            };
          };
        };
      };

      disko.devices.lvm_vg.root_vg = {
        type = "lvm_vg";
        lvs.root = {
          size = "100%FREE";
          content = {
            type = "btrfs";
            extraArgs = [ "-f" ];
            subvolumes = {
              "/root" = {
                mountpoint = "/";
                mountOptions = [ "compress=zstd" ];
              };
              "/persist" = {
                mountpoint = "/persist";
                mountOptions = [ "compress=zstd" ];
              };
              "/nix" = {
                mountpoint = "/nix";
                mountOptions = [
                  "compress=zstd"
                  "noatime"
                ];
              };
            };
          };
        };
      };
    }

    """#

  private static let zfs = #"""
            root = {
              size = "100%";
              content = {
                type = "zfs";
                pool = "rpool";
              };
            };
          }
          // lib.optionalAttrs (node.system == "x86_64-linux") {
            boot = {
              size = "1M";
              type = "EF02";
              priority = 1;
            };
          };
        };
      };

      disko.devices.zpool.rpool = {
        type = "zpool";
        options.ashift = "12";
        rootFsOptions = {
          acltype = "posixacl";
          atime = "off";
          compression = "zstd";
          mountpoint = "none";
          xattr = "sa";
        };
        datasets = {
          root = {
            type = "zfs_fs";
            mountpoint = "/";
            options.mountpoint = "legacy";
          };
          old_roots = {
            type = "zfs_fs";
            options.mountpoint = "none";
          };
          persist = {
            type = "zfs_fs";
            mountpoint = "/persist";
            options.mountpoint = "legacy";
          };
          nix = {
            type = "zfs_fs";
            mountpoint = "/nix";
            options.mountpoint = "legacy";
          };
        };
      };
    }

    """#
}
