// The examples of this repository, each file as it is, for programs that are installed without it.
// A file that is added to an example is added here too; a test says so.
#include "examples.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char hello_cluster[] = {
#embed "../../examples/hello/cluster.yaml"
};
static const unsigned char nixlab_readme_md[] = {
#embed "../../examples/nixlab/README.md"
};
static const unsigned char nixlab_cluster[] = {
#embed "../../examples/nixlab/cluster.yaml"
};
static const unsigned char nixlab_secrets_example[] = {
#embed "../../examples/nixlab/secrets.example.yaml"
};
static const unsigned char nixlab_issuers[] = {
#embed "../../examples/nixlab/manifests/issuers.yaml"
};
static const unsigned char nixlab_metallb_config[] = {
#embed "../../examples/nixlab/manifests/metallb-config.yaml"
};
static const unsigned char nixlab_pihole_external_ingress[] = {
#embed "../../examples/nixlab/manifests/pihole-external-ingress.yaml"
};
static const unsigned char nixlab_wireguard_caddy_cert[] = {
#embed "../../examples/nixlab/manifests/wireguard-caddy-cert.yaml"
};
static const unsigned char nixlab_wireguard_config[] = {
#embed "../../examples/nixlab/manifests/wireguard-config.yaml"
};
static const unsigned char nixlab_wireguard_deployment[] = {
#embed "../../examples/nixlab/manifests/wireguard-deployment.yaml"
};
static const unsigned char nixlab_wireguard_service[] = {
#embed "../../examples/nixlab/manifests/wireguard-service.yaml"
};
static const unsigned char nixlab_wireguard_storage[] = {
#embed "../../examples/nixlab/manifests/wireguard-storage.yaml"
};

#define FILE_OF(example, path, bytes) {example, path, bytes, sizeof bytes}

static const struct croft_example_file files[] = {
    FILE_OF("hello", "cluster.yaml", hello_cluster),
    FILE_OF("nixlab", "README.md", nixlab_readme_md),
    FILE_OF("nixlab", "cluster.yaml", nixlab_cluster),
    FILE_OF("nixlab", "secrets.example.yaml", nixlab_secrets_example),
    FILE_OF("nixlab", "manifests/issuers.yaml", nixlab_issuers),
    FILE_OF("nixlab", "manifests/metallb-config.yaml", nixlab_metallb_config),
    FILE_OF("nixlab", "manifests/pihole-external-ingress.yaml", nixlab_pihole_external_ingress),
    FILE_OF("nixlab", "manifests/wireguard-caddy-cert.yaml", nixlab_wireguard_caddy_cert),
    FILE_OF("nixlab", "manifests/wireguard-config.yaml", nixlab_wireguard_config),
    FILE_OF("nixlab", "manifests/wireguard-deployment.yaml", nixlab_wireguard_deployment),
    FILE_OF("nixlab", "manifests/wireguard-service.yaml", nixlab_wireguard_service),
    FILE_OF("nixlab", "manifests/wireguard-storage.yaml", nixlab_wireguard_storage),
};

const struct croft_example_file *croft_example_file(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
