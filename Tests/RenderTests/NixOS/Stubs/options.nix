# Options of NixOS, Disko, impermanence and sops-nix that generated files may set.
# https://search.nixos.org/options
lib:
let
  inherit (lib) option types;
  inherit (types)
    anything
    attrsOf
    bool
    int
    listOf
    nullOr
    package
    path
    port
    str
    submodule
    tagged
    ;
  withDefault = default: type: option type // { inherit default; };

  persisted = {
    directories = option (listOf str);
    files = option (listOf str);
  };
  content = tagged {
    gpt.partitions = option (
      attrsOf (submodule {
        size = option str;
        type = option str;
        priority = option int;
        content = option content;
      })
    );
    filesystem = {
      format = option (types.enum [
        "btrfs"
        "ext4"
        "vfat"
        "xfs"
      ]);
      mountpoint = option path;
      mountOptions = option (listOf str);
      extraArgs = option (listOf str);
    };
    lvm_pv.vg = option str;
    zfs.pool = option str;
    btrfs = {
      extraArgs = option (listOf str);
      subvolumes = option (
        attrsOf (submodule {
          mountpoint = option path;
          mountOptions = option (listOf str);
        })
      );
    };
  };
in
{
  assertions = option (listOf (submodule {
    assertion = option bool;
    message = option str;
  }));

  boot = {
    initrd = {
      availableKernelModules = option (listOf str);
      services.lvm.enable = option bool;
      supportedFilesystems = option (attrsOf bool);
      systemd = {
        enable = option bool;
        services = option (
          attrsOf (submodule {
            description = option str;
            wantedBy = option (listOf str);
            requires = option (listOf str);
            after = option (listOf str);
            before = option (listOf str);
            unitConfig = option (attrsOf anything);
            serviceConfig = option (attrsOf anything);
            script = option str;
          })
        );
      };
    };
    kernel.sysctl = option (attrsOf anything);
    kernelModules = option (listOf str);
    loader.grub = {
      enable = option bool;
      device = option str;
      efiSupport = option bool;
      efiInstallAsRemovable = option bool;
    };
    supportedFilesystems = option (attrsOf bool);
    zfs.forceImportRoot = option bool;
  };

  disko.devices = {
    disk = option (
      attrsOf (submodule {
        type = option (types.enum [ "disk" ]);
        device = option str;
        destroy = option bool;
        content = option content;
      })
    );
    lvm_vg = option (
      attrsOf (submodule {
        type = option (types.enum [ "lvm_vg" ]);
        lvs = option (
          attrsOf (submodule {
            size = option str;
            content = option content;
          })
        );
      })
    );
    zpool = option (
      attrsOf (submodule {
        type = option (types.enum [ "zpool" ]);
        options = option (attrsOf str);
        rootFsOptions = option (attrsOf str);
        datasets = option (
          attrsOf (submodule {
            type = option (types.enum [ "zfs_fs" ]);
            mountpoint = option (nullOr path);
            options = option (attrsOf str);
          })
        );
      })
    );
  };

  environment = {
    etc = option (attrsOf (submodule {
      text = option str;
    }));
    persistence = option (
      attrsOf (
        submodule (
          persisted
          // {
            hideMounts = option bool;
            users = option (attrsOf (submodule persisted));
          }
        )
      )
    );
    systemPackages = option (listOf package);
    variables = option (attrsOf str);
  };

  fileSystems = option (
    attrsOf (submodule {
      device = option str;
      fsType = option str;
      neededForBoot = option bool;
      options = option (listOf str);
    })
  );

  hardware.enableRedistributableFirmware = option bool;

  networking = {
    domain = option (nullOr str);
    firewall = {
      enable = option bool;
      allowedTCPPorts = option (listOf port);
      allowedUDPPorts = option (listOf port);
      checkReversePath = option (types.enum [
        "loose"
        "strict"
        true
        false
      ]);
      trustedInterfaces = option (listOf str);
    };
    hostId = option (nullOr str);
    hostName = option str;
    hosts = option (attrsOf (listOf str));
    useNetworkd = option bool;
  };

  nix = {
    gc = {
      automatic = option bool;
      dates = option str;
      options = option str;
    };
    settings = option (attrsOf anything);
  };
  nixpkgs.hostPlatform = option str;

  security.sudo.wheelNeedsPassword = option bool;

  services = {
    k3s = {
      enable = option bool;
      package = option package;
      role = option (types.enum [
        "server"
        "agent"
      ]);
      clusterInit = withDefault false bool;
      serverAddr = withDefault "" str;
      tokenFile = option (nullOr path);
      extraFlags = option (listOf str);
      gracefulNodeShutdown = {
        enable = option bool;
        shutdownGracePeriod = option str;
        shutdownGracePeriodCriticalPods = option str;
      };
    };
    openiscsi = {
      enable = option bool;
      name = option str;
    };
    openssh = {
      enable = option bool;
      hostKeys = option (
        listOf (submodule {
          path = option path;
          type = option str;
          bits = option int;
        })
      );
      settings = option (attrsOf anything);
    };
  };

  sops = {
    age = {
      keyFile = option (nullOr str);
      sshKeyPaths = option (listOf str);
    };
    gnupg.sshKeyPaths = option (listOf str);
    secrets = option (
      attrsOf (
        submodule (name: {
          sopsFile = option path;
          key = withDefault name str;
          format = withDefault "yaml" (types.enum [
            "yaml"
            "json"
            "binary"
          ]);
          path = withDefault "/run/secrets/${name}" str;
          restartUnits = option (listOf str);
        })
      )
    );
  };

  system.stateVersion = option str;

  systemd = {
    network.links = option (
      attrsOf (submodule {
        matchConfig = option (attrsOf str);
        linkConfig = option (attrsOf anything);
      })
    );
    network.networks = option (
      attrsOf (submodule {
        matchConfig = option (attrsOf str);
        address = option (listOf str);
        gateway = option (listOf str);
        dns = option (listOf str);
      })
    );
    services = option (
      attrsOf (submodule {
        description = option str;
        wantedBy = option (listOf str);
        wants = option (listOf str);
        requires = option (listOf str);
        after = option (listOf str);
        environment = option (attrsOf str);
        path = option (listOf package);
        preStop = option str;
        serviceConfig = option (attrsOf anything);
      })
    );
    tmpfiles.rules = option (listOf str);
  };

  users = {
    mutableUsers = option bool;
    users = option (
      attrsOf (submodule {
        isNormalUser = withDefault false bool;
        extraGroups = option (listOf str);
        openssh.authorizedKeys.keys = option (listOf str);
      })
    );
  };

  virtualisation.docker = {
    enable = withDefault false bool;
    package = withDefault "/nix/store/docker" package;
  };
}
