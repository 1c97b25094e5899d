"""Compares 'croft render', which checks first, with makejinja, which makes the same files of templates.

The templates are the files that croft made, with what comes from the cluster file (domain, repository, addresses of
nodes) taken out again, so that both write the same bytes. One line per figure; status 1 when one is short.
"""
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MAKEJINJA = "2.8.1"
ROUNDS = 15

# A copy, as `install` makes one for people: what the linker has just written lies in the page cache in small pieces,
# and starts a millisecond later until the next boot.
installed = pathlib.Path(tempfile.mkdtemp(prefix="croft-bench-installed-"))
croft = shutil.copy(sys.argv[1], installed / "croft")
example = pathlib.Path(sys.argv[2]).resolve()
cache = pathlib.Path(sys.argv[3])
# In memory: ext4 looks long for an inode where thousands have just been removed, whoever writes.
memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
work = pathlib.Path(tempfile.mkdtemp(prefix="croft-bench-render-", dir=memory))
figures = []


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(command):
    """Wall seconds, CPU seconds, peak memory in MB."""
    log = open(work / "log", "wb+")
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        log.seek(0)
        sys.exit(f"bench: '{' '.join(map(str, command))}' ended with status {process.returncode}:\n"
                 + log.read().decode(errors="replace")[-3000:])
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def figure(name, ours, theirs, goal, unit, ratio=None):
    ok = ratio >= goal if ratio is not None else ours < goal
    wanted = f">= {goal}x" if ratio is not None else f"< {goal} {unit}"
    figures.append(ok)
    print(f"{name:<22} {f'{ours:.2f} {unit}':>12} {f'{theirs:.2f} {unit}' if theirs is not None else '-':>12} "
          f"{f'{ratio:.1f}x' if ratio is not None else '-':>8} {wanted:>9} {'ok' if ok else 'short':>6}", flush=True)


def makejinja():
    """The program, in an environment of its own that is kept."""
    home = cache / f"makejinja-{MAKEJINJA}"
    program = home / "bin/makejinja"
    if not program.exists():
        say(f"installing makejinja {MAKEJINJA} from PyPI")
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([home / "bin/pip", "--quiet", "--disable-pip-version-check", "install", f"makejinja=={MAKEJINJA}"],
                       check=True)
    # Its YAML reader reads the example here, too.
    sys.path.extend(str(path) for path in home.glob("lib/python*/site-packages"))
    return str(program)


def render(folder, to):
    """Checks and renders into an empty folder."""
    shutil.rmtree(to, ignore_errors=True)
    return run([croft, "render", "-C", folder, "--to", to])


def scalars(value, path=""):
    """What a cluster file says, each with the expression that a template names it by."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, f"{path}[{key!r}]" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from scalars(inner, f"{path}[{index}]")
    elif isinstance(value, str) and len(value) >= 5 and "\n" not in value:
        yield value, path


def templates(tree, folder, example):
    """Turns files back into templates of them: what they have from the cluster file becomes an expression again.

    The example's files, put together, are makejinja's data."""
    import yaml
    data = {}
    for path in sorted(example.glob("*.yaml")) + sorted(example.glob("apps/*.yaml")):
        for key, value in yaml.safe_load(path.read_text()).items():
            if isinstance(data.get(key), dict):
                data[key].update(value)
            else:
                data[key] = value
    (work / "data.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
    expressions = {}
    for value, expression in scalars(data):
        expressions.setdefault(value, expression)
    values = sorted(expressions, key=len, reverse=True)
    pattern = re.compile("|".join([r"\{\{|\{%|\{#"] + [rf"(?<![\w-]){re.escape(v)}(?![\w-])" for v in values]))
    count = used = 0

    def written(found):
        nonlocal used
        if found[0] not in expressions:
            return "{{ '%s' }}" % found[0]
        used += 1
        return "{{ %s }}" % expressions[found[0]]

    for path in sorted(p for p in tree.rglob("*") if p.is_file() and p.name != ".croft.json"):
        target = folder / (str(path.relative_to(tree)) + ".jinja")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(pattern.sub(written, path.read_text()))
        count += 1
    say(f"{example.name}: {count} templates with {used} expressions")
    return count


def synthetic(folder, applications, nodes):
    """A cluster of so many applications, each with storage, a Service and a way in."""
    lines = ["apiVersion: croft.dev/v1alpha1", "kind: Cluster", "name: large", "domain: example.net",
             "kubernetes: {distribution: k3s, version: v1.33.4+k3s1}",
             "network: {nodes: 10.0.0.0/16, pods: 10.64.0.0/12, services: 10.43.0.0/16}", "nodes:"]
    for i in range(nodes):
        role = "control-plane" if i < 3 else "worker"
        lines.append(f"  - {{name: node-{i}, role: {role}, addresses: [10.0.{i // 250}.{i % 250 + 1}]}}")
    lines.append("apps:")
    for i in range(applications):
        after = f", dependsOn: [app-{i - 10}]" if i % 50 >= 10 else ""
        lines.append(f"  app-{i}: {{namespace: space-{i % 100}, image: \"registry.example.net/app:{i}.0\", port: 8080, "
                     f"storage: {{data: {{size: 1Gi, mount: /data}}}}{after}}}")
    lines.append("gitops: {engine: croft, repository: \"https://git.example.net/large.git\"}")
    folder.mkdir(parents=True)
    (folder / "cluster.yaml").write_text("\n".join(lines) + "\n")


def main():
    try:
        print(f"{'figure':<22} {'croft':>12} {'makejinja':>12} {'ratio':>8} {'goal':>9}")
        tree = work / "tree"
        render(example, tree)
        program = makejinja()
        count = templates(tree, work / "templates", example)
        output = work / "output"
        command = [program, "-i", work / "templates", "-o", output, "-d", work / "data.yaml", "--force", "--quiet",
                   "--keep-trailing-newline"]
        command = [str(part) for part in command]
        ours, theirs = [], []
        for _ in range(ROUNDS):  # in turns: what else the machine does meets both
            ours += [render(example, tree) for _ in range(3)]
            shutil.rmtree(output, ignore_errors=True)
            theirs.append(run(command))
        made = [p for p in output.rglob("*") if p.is_file()]
        if len(made) != count:
            sys.exit(f"bench: makejinja made {len(made)} files and croft {count}")
        different = [p for p in made if p.read_bytes() != (tree / p.relative_to(output)).read_bytes()]
        if different:
            sys.exit(f"bench: makejinja's {different[0].relative_to(output)} is not what croft made")
        say(f"{example.name}: {count} files")
        mine, other = (statistics.median(values) for values in ([o[0] for o in ours], [t[0] for t in theirs]))
        figure("check and render", mine * 1000, other * 1000, 20, "ms", ratio=other / mine)
        figure("CPU", statistics.median(o[1] for o in ours) * 1000, None, 100, "ms")
        figure("peak memory", max(o[2] for o in ours), None, 60, "MB")
        times = {}
        for applications in (500, 1000, 2000):
            folder = work / f"large-{applications}"
            synthetic(folder, applications, 200)
            times[applications] = statistics.median(render(folder, work / "large")[1] for _ in range(3))
            say(f"{applications} applications on 200 nodes: {times[applications]:.2f} s of CPU, "
                f"{times[applications] / applications * 1000:.2f} ms for each")
        # Four times as many may take a little more than four times as long.
        figure("2000 / 500 applications", times[2000] / times[500], None, 5, "x")
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(installed, ignore_errors=True)
    sys.exit(0 if all(figures) else 1)


main()
