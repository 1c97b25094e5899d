/// What every NixOS machine of the cluster has, whatever Kubernetes runs on it. Values come from `cluster.nix`.
enum BaseModule {
  static let text = #"""
    {
      cluster,
      lib,
      node,
      pkgs,
      ...
    }:
    let
      isX86 = node.system == "x86_64-linux";
    in
    {
      nixpkgs.hostPlatform = lib.mkDefault node.system;
      system.stateVersion = cluster.stateVersion;

      boot = {
        # Started by EFI, and on x86 by a BIOS as well: then Disko says on which disk.
        loader.grub = {
          enable = true;
          device = lib.mkIf (!isX86) "nodev";
          efiSupport = true;
          efiInstallAsRemovable = true;
        };
        initrd.availableKernelModules = [
          "ahci"
          "nvme"
          "sd_mod"
          "usb_storage"
          "usbhid"
          "virtio_blk"
          "virtio_pci"
          "virtio_scsi"
          "xhci_pci"
        ];
      };
      hardware.enableRedistributableFirmware = true;

      networking = {
        inherit (cluster) domain;
        inherit (node) hostName;
        # The machines know each other by name, also while the cluster's DNS is down.
        hosts = lib.listToAttrs (
          lib.concatLists (
            lib.mapAttrsToList (
              name: peer: map (address: lib.nameValuePair address [ name ]) peer.addresses
            ) cluster.nodes
          )
        );
        useNetworkd = true;
        firewall = {
          enable = lib.mkForce cluster.network.firewall;
          allowedTCPPorts = cluster.network.ports.tcp;
          allowedUDPPorts = cluster.network.ports.udp;
          trustedInterfaces = cluster.network.podInterfaces;
          # Answers to pods take other ways than their questions.
          checkReversePath = "loose";
        };
      };

      # Without an interface to put them on, the router hands the addresses out.
      systemd.network.networks = lib.mkIf (node.network != null) {
        "10-lan" = node.network;
      };

      # Names stay as they would be without the file: the first one that matches is the only one that counts.
      systemd.network.links = lib.mkIf (node.wake.mac != null) {
        "50-croft-wake" = {
          matchConfig.PermanentMACAddress = node.wake.mac;
          linkConfig = {
            WakeOnLan = "magic";
            NamePolicy = "keep kernel database onboard slot path";
            AlternativeNamesPolicy = "database onboard slot path";
            MACAddressPolicy = "persistent";
          };
        };
      };

      # The clock on the board turns the machine on again: it is told when the machine goes down, however that comes.
      systemd.services = lib.mkIf (node.wake.at != null) {
        croft-wake = {
          description = "Turns this machine on at ${toString node.wake.at} after it was turned off";
          wantedBy = [ "multi-user.target" ];
          path = [ pkgs.util-linux ];
          serviceConfig = {
            Type = "oneshot";
            RemainAfterExit = true;
          };
          preStop = ''
            time=$(date -d "today ${toString node.wake.at}" +%s)
            if [ "$time" -le "$(date +%s)" ]; then
              time=$(date -d "tomorrow ${toString node.wake.at}" +%s)
            fi
            rtcwake --mode no --time "$time"
          '';
        };
      };

      services.openssh = {
        enable = true;
        settings = {
          KbdInteractiveAuthentication = false;
          PasswordAuthentication = false;
          PermitRootLogin = "prohibit-password";
        };
      };

      # Nobody has a password: who may log in is who has the key.
      users = {
        mutableUsers = false;
        users = {
          root.openssh.authorizedKeys.keys = cluster.rootKeys;
        }
        // lib.mapAttrs (_: user: {
          isNormalUser = true;
          extraGroups = user.groups;
          openssh.authorizedKeys.keys = user.keys;
        }) cluster.users;
      };
      security.sudo.wheelNeedsPassword = false;

      nix = {
        settings.experimental-features = [
          "nix-command"
          "flakes"
        ];
        gc = {
          automatic = true;
          dates = "weekly";
          options = "--delete-older-than 30d";
        };
      };
    }

    """#
}
