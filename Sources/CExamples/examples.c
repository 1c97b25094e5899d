// The examples of this repository, each file as it is, for programs that are installed without it.
// A file that is added to an example is added here too; a test says so.
#include "examples.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char ha_k3s_readme_md[] = {
#embed "../../examples/ha-k3s/README.md"
};
static const unsigned char ha_k3s_cluster[] = {
#embed "../../examples/ha-k3s/cluster.yaml"
};
static const unsigned char hello_cluster[] = {
#embed "../../examples/hello/cluster.yaml"
};
static const unsigned char home_k3s_readme_md[] = {
#embed "../../examples/home-k3s/README.md"
};
static const unsigned char home_k3s_cluster[] = {
#embed "../../examples/home-k3s/cluster.yaml"
};
static const unsigned char home_ops_readme_md[] = {
#embed "../../examples/home-ops/README.md"
};
static const unsigned char home_ops_apps_cloud[] = {
#embed "../../examples/home-ops/apps/cloud.yaml"
};
static const unsigned char home_ops_apps_default[] = {
#embed "../../examples/home-ops/apps/default.yaml"
};
static const unsigned char home_ops_apps_home[] = {
#embed "../../examples/home-ops/apps/home.yaml"
};
static const unsigned char home_ops_apps_media[] = {
#embed "../../examples/home-ops/apps/media.yaml"
};
static const unsigned char home_ops_cluster[] = {
#embed "../../examples/home-ops/cluster.yaml"
};
static const unsigned char home_ops_nodes[] = {
#embed "../../examples/home-ops/nodes.yaml"
};
static const unsigned char k3d_one_host_readme_md[] = {
#embed "../../examples/k3d-one-host/README.md"
};
static const unsigned char k3d_one_host_cluster[] = {
#embed "../../examples/k3d-one-host/cluster.yaml"
};
static const unsigned char nixlab_readme_md[] = {
#embed "../../examples/nixlab/README.md"
};
static const unsigned char nixlab_cluster[] = {
#embed "../../examples/nixlab/cluster.yaml"
};
static const unsigned char nixlab_nextcloud_sso[] = {
#embed "../../examples/nixlab/manifests/nextcloud-sso.yaml"
};
static const unsigned char nixlab_pihole_external_ingress[] = {
#embed "../../examples/nixlab/manifests/pihole-external-ingress.yaml"
};
static const unsigned char nixlab_secrets_example[] = {
#embed "../../examples/nixlab/secrets.example.yaml"
};

#define FILE_OF(example, path, bytes) {example, path, bytes, sizeof bytes}

static const struct croft_example_file files[] = {
    FILE_OF("ha-k3s", "README.md", ha_k3s_readme_md),
    FILE_OF("ha-k3s", "cluster.yaml", ha_k3s_cluster),
    FILE_OF("hello", "cluster.yaml", hello_cluster),
    FILE_OF("home-k3s", "README.md", home_k3s_readme_md),
    FILE_OF("home-k3s", "cluster.yaml", home_k3s_cluster),
    FILE_OF("home-ops", "README.md", home_ops_readme_md),
    FILE_OF("home-ops", "apps/cloud.yaml", home_ops_apps_cloud),
    FILE_OF("home-ops", "apps/default.yaml", home_ops_apps_default),
    FILE_OF("home-ops", "apps/home.yaml", home_ops_apps_home),
    FILE_OF("home-ops", "apps/media.yaml", home_ops_apps_media),
    FILE_OF("home-ops", "cluster.yaml", home_ops_cluster),
    FILE_OF("home-ops", "nodes.yaml", home_ops_nodes),
    FILE_OF("k3d-one-host", "README.md", k3d_one_host_readme_md),
    FILE_OF("k3d-one-host", "cluster.yaml", k3d_one_host_cluster),
    FILE_OF("nixlab", "README.md", nixlab_readme_md),
    FILE_OF("nixlab", "cluster.yaml", nixlab_cluster),
    FILE_OF("nixlab", "manifests/nextcloud-sso.yaml", nixlab_nextcloud_sso),
    FILE_OF("nixlab", "manifests/pihole-external-ingress.yaml", nixlab_pihole_external_ingress),
    FILE_OF("nixlab", "secrets.example.yaml", nixlab_secrets_example),
};

const struct croft_example_file *croft_example_file(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
