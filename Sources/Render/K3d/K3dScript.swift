/// What keeps a k3d cluster there; the same on any host, told by variables what the cluster file says.
enum K3dScript {
  static let name = "croft-k3d.sh"

  static let text = #"""
    #!/usr/bin/env bash
    # Made by croft render from cluster.yaml. Not to be edited.
    #
    # Makes the cluster where there is none, starts it where it is stopped, writes its kubeconfig, and brings in an auth key
    # and what Argo CD or Flux begins with. It can be started at any time: what is there already is left as it is.
    #
    # CLUSTER     its name
    # K3D_CONFIG  k3d's configuration
    # STORAGE     the host's folder for volumes; empty: Docker keeps them
    # KUBECONFIG  where the kubeconfig is written, with KUBECONFIG_MODE and KUBECONFIG_GROUP
    # GITOPS      the kustomization to begin with, REPOSITORY//FOLDER?ref=BRANCH; empty: none
    # AUTH_KEY_FILE        a file with an auth key of Tailscale in one line; empty: none
    # AUTH_KEY_SECRET      the Secret that it becomes, under AUTH_KEY_NAME
    # AUTH_KEY_NAMESPACES  who gets a copy; they are made where they are missing
    set -euo pipefail

    storage=${STORAGE-}
    if [ -n "$storage" ]; then
      mkdir -p "$storage"
    fi

    # What cannot be listed is not taken for missing.
    if ! clusters=$(k3d cluster list --output json); then
      echo "<3>k3d cannot say which clusters there are, so none is made" >&2
      exit 1
    fi
    if [ "$(jq --arg name "$CLUSTER" 'any(.[]; .name == $name)' <<<"$clusters")" = false ]; then
      k3d cluster create --config "$K3D_CONFIG"
    else
      k3d cluster start "$CLUSTER"
      mounted=$(docker inspect "k3d-$CLUSTER-server-0" | jq --raw-output \
        '[.[0].Mounts[] | select(.Destination == "/var/lib/rancher/k3s/storage") | .Source][0] // ""')
      if [ "$mounted" != "$storage" ]; then
        echo "<3>volumes of the cluster are in '$mounted', not in '$storage'. A cluster keeps the folder that it" \
          "was made with: move the data and make the cluster anew, or set the folder back" >&2
      fi
    fi

    # In its place at once, and never readable by more than it should be.
    install -d -m 0755 "$(dirname "$KUBECONFIG")"
    install -m 0600 /dev/null "$KUBECONFIG.new"
    k3d kubeconfig get "$CLUSTER" >"$KUBECONFIG.new"
    chgrp "$KUBECONFIG_GROUP" "$KUBECONFIG.new"
    chmod "$KUBECONFIG_MODE" "$KUBECONFIG.new"
    mv "$KUBECONFIG.new" "$KUBECONFIG"

    for ((try = 0; try < 60; try++)); do
      if kubectl get --raw /readyz >/dev/null 2>&1; then
        break
      fi
      sleep 1
    done
    kubectl get --raw /readyz >/dev/null

    if [ -n "${AUTH_KEY_FILE-}" ]; then
      key=$RUNTIME_DIRECTORY/key
      tr -d '[:space:]' <"$AUTH_KEY_FILE" >"$key"
      for namespace in $AUTH_KEY_NAMESPACES; do
        kubectl create namespace "$namespace" --dry-run=client --output yaml |
          kubectl apply --server-side --filename -
        kubectl create secret generic "$AUTH_KEY_SECRET" --namespace "$namespace" \
          --from-file="$AUTH_KEY_NAME=$key" --dry-run=client --output yaml |
          kubectl apply --server-side --force-conflicts --filename -
      done
      rm -f "$key"
    fi

    if [ -n "${GITOPS-}" ]; then
      if ! objects=$(kubectl kustomize "$GITOPS"); then
        echo "<4>there is no $GITOPS. The cluster runs without it; restart this unit once it is there" >&2
        exit 0
      fi
      # Its first objects may bring the definitions of the others.
      for ((try = 0; try < ${GITOPS_TRIES:-60}; try++)); do
        if kubectl apply --server-side --force-conflicts --filename - <<<"$objects"; then
          exit 0
        fi
        sleep 5
      done
      echo "<3>$GITOPS could not be applied; the reason stands above. The unit tries again" >&2
      exit 1
    fi

    """#
}
