# nixpkgs in miniature.
{ system }:
import ./pkgs.nix // { inherit system; }
