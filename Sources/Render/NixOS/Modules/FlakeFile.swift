import Blueprint

/// `flake.nix`: where everything comes from, a system for each machine, and Colmena's hive.
/// https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake, https://colmena.cli.rs
enum FlakeFile {
  static func machines(name: String, release: String) -> String {
    """
    {
      description = \(NixExpression.quoted("The machines of \(name)"));

      inputs = {
        nixpkgs.url = "github:NixOS/nixpkgs/nixos-\(release)";
        colmena = {
          url = "github:zhaofengli/colmena";
          inputs.nixpkgs.follows = "nixpkgs";
        };
        disko = {
          url = "github:nix-community/disko";
          inputs.nixpkgs.follows = "nixpkgs";
        };
        impermanence.url = "github:nix-community/impermanence";
        sops-nix = {
          url = "github:Mic92/sops-nix";
          inputs.nixpkgs.follows = "nixpkgs";
        };
      };

    """ + outputs
  }

  private static let outputs = #"""
      outputs =
        {
          self,
          nixpkgs,
          colmena,
          disko,
          impermanence,
          sops-nix,
          ...
        }:
        let
          inherit (nixpkgs) lib;
          cluster = import ./cluster.nix;

          argumentsOf = name: {
            inherit cluster;
            node = cluster.nodes.${name};
          };
          modulesOf = name: [
            disko.nixosModules.disko
            impermanence.nixosModules.impermanence
            sops-nix.nixosModules.sops
            ./nodes/${name}.nix
          ];
        in
        {
          # nixos-rebuild switch --flake .#NAME
          nixosConfigurations = lib.mapAttrs (
            name: _:
            lib.nixosSystem {
              specialArgs = argumentsOf name;
              modules = modulesOf name;
            }
          ) cluster.nodes;

          # colmena apply --on @TAG
          colmenaHive = colmena.lib.makeHive self.outputs.colmena;
          colmena = {
            meta = {
              name = cluster.name;
              nixpkgs = import nixpkgs { system = "x86_64-linux"; };
              nodeNixpkgs = lib.mapAttrs (_: node: import nixpkgs { inherit (node) system; }) cluster.nodes;
              nodeSpecialArgs = lib.mapAttrs (name: _: argumentsOf name) cluster.nodes;
            };
          }
          // lib.mapAttrs (name: node: {
            imports = modulesOf name;
            deployment = {
              inherit (node) tags;
              inherit (node.ssh) targetHost targetPort targetUser;
              # Other processors build for themselves.
              buildOnTarget = node.system != "x86_64-linux";
            };
          }) cluster.nodes;
        };
    }

    """#

  /// For a k3d cluster the machine's own configuration is somebody else's: it imports the module.
  static func module(name: String) -> String {
    """
    {
      description = \(NixExpression.quoted("The cluster \(name) in Docker, as a module for the NixOS of its host"));

      outputs = _: {
        nixosModules.k3d = ./modules/k3d.nix;
        nixosModules.default = ./modules/k3d.nix;
      };
    }

    """
  }
}
