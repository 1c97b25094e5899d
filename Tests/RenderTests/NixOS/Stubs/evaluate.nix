# What a generated flake gives, with inputs that know which options there are.
{
  flake,
  module ? null,
}:
let
  lib = import ./lib.nix // {
    nixosSystem = { modules, specialArgs }: evaluate modules specialArgs;
  };
  evaluate =
    modules: specialArgs:
    lib.evalModules {
      inherit specialArgs;
      modules = [ { options = import ./options.nix lib; } ] ++ modules;
      pkgs = import ./. { system = "x86_64-linux"; };
    };
  nothing = { };
  inputs = {
    inherit self;
    nixpkgs = {
      inherit lib;
      outPath = ./.;
    };
    # Keeps what belongs to the machines apart from what belongs to the hive, as Colmena does.
    colmena.lib.makeHive =
      { meta, ... }@hive:
      builtins.mapAttrs (
        name:
        {
          imports,
          deployment,
        }:
        {
          inherit deployment;
          inherit (evaluate imports meta.nodeSpecialArgs.${name}) config;
          inherit (meta.nodeNixpkgs.${name}) system;
        }
      ) (removeAttrs hive [ "meta" ]);
    disko.nixosModules.disko = nothing;
    impermanence.nixosModules.impermanence = nothing;
    sops-nix.nixosModules.sops = nothing;
  };
  source = import (flake + "/flake.nix");
  self = {
    outputs = source.outputs inputs;
  };
  wanted = builtins.attrNames (source.inputs or { });
in
assert builtins.all (name: inputs ? ${name}) wanted;
if module != null then
  (evaluate [
    self.outputs.nixosModules.k3d
    module
  ] { }).config
else
  {
    systems = builtins.mapAttrs (_: system: system.config) self.outputs.nixosConfigurations;
    hive = builtins.mapAttrs (_: machine: { inherit (machine) deployment system; }) self.outputs.colmenaHive;
    # Both ways to the same systems.
    agree = builtins.all (
      name: self.outputs.colmenaHive.${name}.config == self.outputs.nixosConfigurations.${name}.config
    ) (builtins.attrNames self.outputs.nixosConfigurations);
  }
