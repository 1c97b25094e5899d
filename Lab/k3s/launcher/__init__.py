"""The lab's stand-in for k3s: it reads k3s' configuration and starts upstream Kubernetes, etcd and containerd.

It runs in lab machines only. README.md says what is like k3s and what is not.
"""
