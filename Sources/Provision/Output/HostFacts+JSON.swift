public import JSON

extension HostFacts {
  /// The shape that programs rely on; members are added, never renamed or taken away. What is unknown is
  /// `{"unknown": "the reason"}`.
  public var json: JSON {
    var object = JSONObject()
    object["host"] = host.json
    object["system"] = system.json { system in
      [
        "id": .string(system.id), "like": .strings(system.like), "version": .string(system.version),
        "codename": .string(system.codename), "name": .string(system.name),
      ]
    }
    object["kernelArguments"] = kernelArguments.json { .strings($0) }
    object["bootLoader"] = bootLoader.json { loader in
      switch loader {
      case .raspberryPi(let path, let line): ["kind": "raspberryPi", "path": .string(path), "line": .string(line)]
      case .grub: ["kind": "grub"]
      case .none: ["kind": "none"]
      }
    }
    object["memoryController"] = memoryController.json {
      ["cgroups": .int($0.version), "enabled": .bool($0.isEnabled)]
    }
    object["modules"] = modules.json { .object($0) { .string($0.rawValue) } }
    object["sysctls"] = sysctls.json { .object($0) { ["value": .string($0.value), "writable": .bool($0.isWritable)] } }
    object["packages"] = packages.json { .object($0) { .string($0) } }
    object["files"] = files.json {
      .object($0) { file in
        [
          "mode": .string(file.mode), "owner": .string(file.owner), "group": .string(file.group),
          "size": .int(file.size), "sha256": .string(file.digest),
        ]
      }
    }
    object["units"] = units.json {
      .object($0) { ["load": .string($0.load), "active": .string($0.active), "file": .string($0.file)] }
    }
    object["users"] = users.json {
      .object($0.users) { user in
        [
          "id": .int(user.id), "home": .string(user.home), "shell": .string(user.shell),
          "groups": .strings(user.groups.sorted()), "keys": .strings(user.keys.map(\.fingerprint)),
        ]
      }
    }
    object["sshd"] = sshd.json { .object($0) { .strings($0) } }
    object["clock"] = [
      "time": .double(clock.time), "skewSeconds": .double(clock.skew),
      "synchronized": clock.isSynchronized.map { .bool($0) } ?? .null,
    ]
    object["space"] = space.json {
      .array(
        $0.map {
          ["mount": .string($0.mount), "device": .string($0.device), "size": .int($0.size), "free": .int($0.free)]
        })
    }
    object["interfaces"] = interfaces.json { .array($0.map(\.json)) }
    object["routes"] = routes.json {
      .array($0.map { ["gateway": .string($0.gateway), "interface": .string($0.interface)] })
    }
    object["listeners"] = listeners.json {
      .array(
        $0.map {
          [
            "port": .int($0.port), "program": $0.program.map { .string($0) } ?? .null,
            "unit": $0.unit.map { .string($0) } ?? .null,
          ]
        })
    }
    object["disks"] = disks.json { .array($0.map(\.json)) }
    object["devices"] = devices.json {
      .object($0) { device in
        [
          "path": .string(device.path), "size": .int(device.size), "signatures": .strings(device.signatures),
        ]
      }
    }
    object["k3s"] = k3s.json { k3s in
      [
        "version": k3s.version.map { .string($0) } ?? .null,
        "datastore": k3s.datastore.map { .string($0.rawValue) } ?? .null, "nodeToken": .bool(k3s.hasNodeToken),
        "agent": .bool(k3s.hasAgent), "images": .bool(k3s.hasImages),
      ]
    }
    return .object(object)
  }
}

extension HostFacts.Host {
  fileprivate var json: JSON {
    [
      "name": .string(name), "kernel": .string(kernel), "machine": .string(machine),
      "architecture": .string(architecture), "cpus": .int(cpus), "memory": .int(memory), "bootID": .string(bootID),
      "uptimeSeconds": .int(uptime), "virtualization": .string(virtualization), "container": .bool(isContainer),
      "model": .string(model), "needsReboot": .bool(needsReboot), "user": .string(user),
      "systemd": .bool(hasSystemd),
    ]
  }
}

extension HostFacts.Interface {
  fileprivate var json: JSON {
    let addresses: [JSON] = addresses.map {
      ["address": .string($0.address), "prefix": .int($0.prefix), "dynamic": .bool($0.isDynamic)]
    }
    return ["name": .string(name), "mac": .string(mac), "up": .bool(isUp), "addresses": .array(addresses)]
  }
}

extension HostFacts.BlockDevice {
  fileprivate var json: JSON {
    var object = JSONObject()
    object["path"] = .string(path)
    object["type"] = .string(type)
    object["size"] = .int(size)
    for (name, value) in [
      ("filesystem", filesystem), ("mount", mount), ("serial", serial), ("model", model), ("uuid", uuid),
    ] {
      object[name] = value.map { .string($0) }
    }
    if !children.isEmpty { object["children"] = .array(children.map(\.json)) }
    return .object(object)
  }
}

extension Known {
  fileprivate func json(_ of: (Value) -> JSON) -> JSON {
    switch self {
    case .known(let value): of(value)
    case .unknown(let reason): ["unknown": .string(reason)]
    }
  }
}

extension JSON {
  static func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }

  /// Members in the order of their names.
  static func object<Value>(_ members: [String: Value], _ of: (Value) -> JSON) -> JSON {
    var object = JSONObject()
    for (name, value) in members.sorted(by: { $0.key < $1.key }) { object.append(name, of(value)) }
    return .object(object)
  }
}
