/// The verbs of `deploy.sh`; the lines that use them follow from the cluster file.
enum DeployScript {
  static let head = #"""
    #!/usr/bin/env bash
    # Made by croft render from cluster.yaml. Not to be edited.
    #
    # Rolls the releases out, group by group: a group starts when the one before it is ready. What it did is kept as a
    # digest of the group's files; a group whose digest is the same and which is still ready is left alone. It can be
    # stopped and started at any time. Objects are applied on the server under a name of its own, so that what
    # `croft deploy` adds to them stays.
    #
    # DEPLOY_FILES     the folder of this file
    # STATE_DIRECTORY  where digests are kept
    # SECRETS          where each NAME/KEY of a Secret is (default: /run/secrets)
    set -euo pipefail

    files=${DEPLOY_FILES:?the folder of this file}
    state=${STATE_DIRECTORY:?where digests are kept}
    secrets=${SECRETS:-/run/secrets}
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT

    declare -A namespaces retries timeouts charts bases sources
    helm_flags=(--dry-run=server --include-crds --skip-tests)

    apply() {
      kubectl apply --server-side --force-conflicts --field-manager=croft-machine "$@"
    }

    # Waits for the API, and makes the namespaces.
    start() {
      local try
      for ((try = 0; try < 150; try++)); do
        if kubectl get --raw /readyz >/dev/null 2>&1; then
          break
        fi
        sleep 2
      done
      kubectl get --raw /readyz >/dev/null
      # Helm 4 wants to be told that objects may be there already.
      case $(helm version --short) in v4*) helm_flags+=(--take-ownership) ;; esac
      apply --filename "$files/namespaces.yaml"
    }

    # secret NAME NAMESPACE TYPE KEY...: what sops-nix decrypted, as a Secret.
    secret() {
      local name=$1 namespace=$2 type=$3 key arguments=()
      shift 3
      for key in "$@"; do
        arguments+=("--from-file=$key=$secrets/$name/$key")
      done
      kubectl create secret generic "$name" --namespace "$namespace" --type "$type" "${arguments[@]}" \
        --dry-run=client --output yaml | apply --filename -
    }

    # release NAME NAMESPACE RETRIES TIMEOUT [CHART [--repo URL] --version VERSION]
    release() {
      local name=$1
      namespaces[$name]=$2
      retries[$name]=$3
      timeouts[$name]=$4
      shift 4
      charts[$name]=$(printf '%s\n' "$@")
    }

    # base NAME FOLDER: a kustomization that the release is made from.
    base() {
      bases[$1]=$2
    }

    # values NAME KIND OBJECT KEY PATH required|optional: values that are in the cluster.
    values() {
      local name=$1
      shift
      sources[$name]+=$(IFS=$'\t' && printf '%s' "$*")$'\n'
    }

    # group NAME RELEASES TARGET...
    group() {
      local name=$1 release target digest
      local -a releases
      read -r -a releases <<<"$2"
      shift 2
      digest=$(digest "${releases[@]}")
      if [ "$(cat "$state/$name" 2>/dev/null)" = "$digest" ] && ready 60 "$@"; then
        echo "$name: as it was"
        return
      fi
      echo "$name: ${releases[*]}"
      rm -f "$state/$name"
      for release in "${releases[@]}"; do
        deploy "$release"
      done
      for release in "${releases[@]}"; do
        while read -r target; do
          ready "${timeouts[$release]}" "$target"
        done < <(workloads "$release")
      done
      ready 600 "$@"
      printf '%s' "$digest" >"$state/$name"
    }

    # What the releases are made from.
    digest() {
      local release
      for release in "$@"; do
        echo "${namespaces[$release]}" "${charts[$release]}" "${bases[$release]-}" "${sources[$release]-}"
        (cd "$files/$release" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
      done | sha256sum | cut -d ' ' -f 1
    }

    deploy() {
      local release=$1 try
      for ((try = 0; try <= retries[$release]; try++)); do
        if [ "$try" != 0 ]; then
          echo "$release: try $((try + 1)) of $((retries[$release] + 1)) in 10 seconds" >&2
          sleep 10
        fi
        if render "$release" && rerun_jobs "$release" &&
          apply --namespace "${namespaces[$release]}" --filename "$work/$release.yaml"; then
          return
        fi
      done
      echo "$release: could not be applied; the reason stands above. The unit tries again" >&2
      exit 1
    }

    # The objects of a release, with its patches, as one file.
    render() {
      local release=$1 folder=$work/$1
      rm -rf "$folder"
      cp -r --no-preserve=mode "$files/$release" "$folder" || return
      if [ -n "${bases[$release]-}" ]; then
        cp -r --no-preserve=mode "${bases[$release]}" "$folder/base" || return
      fi
      if [ -n "${charts[$release]}" ]; then
        template "$release" >"$folder/rendered.yaml" || return
        # Of a chart's hooks, those of installing.
        yq --yaml-output 'select(. != null and ((.metadata.annotations["helm.sh/hook"] // "pre-install") | split(",")
          | any(test("^ *(pre|post)-(install|upgrade) *$"))))' "$folder/rendered.yaml" >"$folder/chart.yaml" || return
      fi
      kubectl kustomize "$folder" >"$work/$release.yaml"
    }

    template() {
      local release=$1 kind object key path need count=0 text
      local -a chart arguments=()
      mapfile -t chart <<<"${charts[$release]}"
      while IFS=$'\t' read -r kind object key path need; do
        if [ -z "$kind" ]; then
          continue
        fi
        count=$((count + 1))
        text=$work/$release/values-$count
        # A Secret's data is decoded, a ConfigMap's is not.
        kubectl get "$kind" "$object" --namespace "${namespaces[$release]}" --output json >"$text.json" ||
          if [ "$need" = optional ]; then continue; else return 1; fi
        jq --join-output --arg key "$key" 'if .kind == "Secret" then .data[$key] | @base64d else .data[$key] end' \
          "$text.json" >"$text" || return
        if [ -n "$path" ]; then
          jq --null-input --rawfile text "$text" --arg path "$path" '{} | setpath($path / "."; $text)' \
            >"$text.json" || return
          text=$text.json
        fi
        arguments+=(--values "$text")
      done <<<"${sources[$release]-}"
      helm template "$release" "${chart[@]}" --namespace "${namespaces[$release]}" "${helm_flags[@]}" \
        "${arguments[@]}" --values "$work/$release/values.yaml"
    }

    # A Job runs once; it is made anew, so that it runs for what is new.
    rerun_jobs() {
      local jobs
      jobs=$(yq --yaml-output 'select(.kind == "Job")' "$work/$1.yaml") || return
      if [ -n "$jobs" ]; then
        kubectl delete --namespace "${namespaces[$1]}" --ignore-not-found --wait --filename - <<<"$jobs"
      fi
    }

    # Everything of a release that runs, as targets.
    workloads() {
      # shellcheck disable=SC2016
      yq --raw-output --arg namespace "${namespaces[$1]}" \
        'select(.kind == "Deployment" or .kind == "StatefulSet" or .kind == "DaemonSet")
        | "\(.kind | ascii_downcase)/\(.metadata.namespace // $namespace)/\(.metadata.name)"' "$work/$1.yaml"
    }

    # ready SECONDS TARGET...: KIND/NAMESPACE/NAME, or KIND/NAME for what stands in no namespace.
    ready() {
      local seconds=$1 target kind namespace name condition
      shift
      for target in "$@"; do
        IFS=/ read -r kind namespace name <<<"$target"
        if [ -z "$name" ]; then
          name=$namespace
          namespace=default
        fi
        case ${kind%%.*} in
          deployment | deploy | statefulset | sts | daemonset | ds)
            kubectl rollout status "$kind/$name" --namespace "$namespace" --timeout "${seconds}s" || return
            continue
            ;;
          job) condition=condition=Complete ;;
          crd | customresourcedefinition) condition=condition=Established ;;
          namespace | ns) condition=jsonpath='{.status.phase}'=Active ;;
          pvc | persistentvolumeclaim) condition=jsonpath='{.status.phase}'=Bound ;;
          service | svc | secret | configmap | cm) condition=create ;;
          *) condition=condition=Ready ;;
        esac
        kubectl wait "$kind/$name" --namespace "$namespace" --for "$condition" --timeout "${seconds}s" || return
      done
    }

    """#
}
