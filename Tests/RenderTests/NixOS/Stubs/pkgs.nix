# Packages by name; one that is not here is refused.
let
  package = name: { ${name} = "/nix/store/${name}"; };
in
builtins.foldl' (all: name: all // package name) { } [
  "gitMinimal"
  "jq"
  "k3d"
  "k3s"
  "k3s_1_33"
  "k3s_1_34"
  "kubectl"
  "kubernetes-helm"
  "nfs-utils"
  "util-linux"
  "yq"
]
// {
  writeShellApplication =
    {
      name,
      runtimeInputs,
      text,
    }:
    assert builtins.all builtins.isString runtimeInputs;
    "/nix/store/${name}-${builtins.hashString "sha256" text}";
  formats.yaml =
    { }:
    {
      generate = name: value: "/nix/store/${name}-${builtins.hashString "sha256" (builtins.toJSON value)}";
    };
}
