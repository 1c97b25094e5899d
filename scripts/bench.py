"""Compares Croft with kubectl on 1,000 objects, on an API server of the lab.

Both apply the same objects from the same file in the same run, each into namespaces of its own, in turns. A figure is
the median of its rounds. One line per figure: name, ours, theirs, ratio, goal, ok or short. Status 1 when one is short.
"""
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 3
REPEATS = 20  # of what takes milliseconds

croft, lab = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
work = pathlib.Path(tempfile.mkdtemp(prefix="croft-bench-"))
figures = []
peak = 0


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def objects(namespace):
    """500 ConfigMaps, 300 Services, 200 Deployments at 0 replicas."""
    def named(version, kind, name, **fields):
        metadata = {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/part-of": "bench"}}
        return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}

    for i in range(500):
        data = {f"key-{j}": f"value {j} of {i}" for j in range(8)}
        yield named("v1", "ConfigMap", f"config-{i}", data=data)
    for i in range(300):
        ports = [{"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}]
        yield named("v1", "Service", f"service-{i}", spec={"selector": {"app": f"app-{i}"}, "ports": ports})
    for i in range(200):
        container = {
            "name": "main", "image": f"registry.example.net/app:{i}", "ports": [{"containerPort": 8080}],
            "env": [{"name": "LEVEL", "value": "info"}], "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
        }
        labels = {"app": f"app-{i}"}
        yield named("apps/v1", "Deployment", f"app-{i}", spec={
            "replicas": 0, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}})


def timed(command, folder=None, statuses=(0,)):
    """Seconds, and the peak memory in MB."""
    log = open(work / "log", "wb+")
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in statuses:
        log.seek(0)
        sys.exit(f"bench: '{' '.join(command)}' ended with status {process.returncode}:\n"
                 + log.read().decode(errors="replace")[-4000:])
    return seconds, usage.ru_maxrss / 1024


def ours(*arguments, folder):
    global peak
    seconds, memory = timed([croft, *arguments], folder)
    peak = max(peak, memory)
    return seconds


def first_deploy(folder):
    """Seconds until the last object is applied, as kubectl counts, and until everything is ready."""
    global peak
    began = time.monotonic()
    process = subprocess.Popen(
        [croft, "deploy", "--yes", "--output", "json"], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    applied = 0.0
    for line in process.stdout:
        if b'"event":"changed"' in line:
            applied = time.monotonic() - began
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: croft deploy ended with status {process.returncode}")
    peak = max(peak, usage.ru_maxrss / 1024)
    return applied, time.monotonic() - began


def theirs(*arguments):
    return timed(["kubectl", *arguments])[0]


def settle(namespace):
    """Waits until the deployment controller has seen everything, so that its work falls into nobody's time."""
    while True:
        answer = subprocess.run(
            ["kubectl", "get", "deployments", "-n", namespace, "-o", "json"], capture_output=True, check=True)
        items = json.loads(answer.stdout)["items"]
        if len(items) == 200 and all(item["status"].get("observedGeneration") for item in items):
            return
        time.sleep(0.2)


def figure(name, ours, theirs, goal, unit="s", ratio=None):
    """With `ratio` the goal is a factor, else a limit for our own value."""
    ok = ratio >= goal if ratio is not None else ours < goal
    wanted = f">= {goal}x" if ratio is not None else f"< {goal} {unit}"
    figures.append(ok)
    print(f"{name:<16} {f'{ours:.2f} {unit}':>12} {f'{theirs:.2f} {unit}' if theirs is not None else '-':>12} "
          f"{f'{ratio:.1f}x' if ratio is not None else '-':>8} {wanted:>9} {'ok' if ok else 'short':>6}", flush=True)


def compare():
    times = {name: ([], []) for name in ("first apply", "second apply", "plan")}
    ready = []
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        folder = work / f"croft-{number}"
        folder.mkdir()
        mine, other = f"bench-croft-{number}", f"bench-kubectl-{number}"
        for path, namespace in ((folder / "objects.yaml", mine), (work / f"kubectl-{number}.yaml", other)):
            path.write_text("".join(f"---\n{json.dumps(item)}\n" for item in objects(namespace)))
        (folder / "cluster.yaml").write_text(
            "apiVersion: croft.dev/v1alpha1\nkind: Cluster\nname: bench\n"
            f"apps:\n  bench-{number}: {{namespace: {mine}, manifests: objects.yaml}}\n")
        subprocess.run(["kubectl", "create", "namespace", other], check=True, capture_output=True)
        manifest = str(work / f"kubectl-{number}.yaml")

        def apply_theirs(name):
            times[name][1].append(theirs("apply", "--server-side", "-f", manifest))
            settle(other)

        def apply_ours(name):
            if name == "first apply":
                applied, complete = first_deploy(folder)
                times[name][0].append(applied)
                ready.append(complete)
            else:
                times[name][0].append(ours("deploy", "--yes", folder=folder))
            settle(mine)

        turns = [apply_theirs, apply_ours] if number % 2 == 0 else [apply_ours, apply_theirs]
        for name in ("first apply", "second apply"):
            for turn in turns:
                turn(name)
        times["plan"][0].append(ours("plan", folder=folder))
        times["plan"][1].append(theirs("diff", "--server-side", "-f", manifest))
        # Every round starts on an empty server.
        subprocess.run(["kubectl", "delete", "namespace", mine, other, "--wait"], check=True, capture_output=True)

    for name, goal in (("first apply", 1.8), ("second apply", 20), ("plan", 10)):
        mine, other = (statistics.median(values) for values in times[name])
        figure(name, mine, other, goal, ratio=other / mine)
    # kubectl does not wait for anything to become ready, so this has no peer.
    say(f"first apply until all is ready: {statistics.median(ready):.2f} s")
    figure("peak memory", peak, None, 100, unit="MB")
    start = statistics.median(timed([croft, "--help"])[0] for _ in range(REPEATS)) * 1000
    figure("croft --help", start, None, 30, unit="ms")


def main():
    state = work / "lab"
    log = open(work / "lab.log", "wb+")
    say("starting an API server")
    process = subprocess.Popen(
        [lab, "up", "--nodes", "1", "--state", str(state)], stdin=subprocess.PIPE, stdout=log, stderr=log)
    try:
        while not (state / "env").exists():
            if process.poll() is not None:
                log.seek(0)
                sys.exit(log.read().decode(errors="replace"))
            time.sleep(0.1)
        for key, value in re.findall(r"export (\w+)='(.*)'", (state / "env").read_text()):
            os.environ[key] = value
        os.environ["CROFT_STATE"] = str(work / "state")
        os.environ["CROFT_CACHE"] = str(work / "cache")
        print(f"{'figure':<16} {'croft':>12} {'kubectl':>12} {'ratio':>8} {'goal':>9}")
        compare()
    finally:
        process.stdin.close()
        process.wait()
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(0 if all(figures) else 1)


main()
