import Blueprint
import JSON

/// A component of the user's own: what its file says.
package struct OwnComponent: Sendable {
  var about: About
  /// A chart in a folder beside the cluster file, in place of the one that `about` has.
  var folder: ReleaseSource?
  var options: [OwnOption]
  var values: Template?
  var objects: [Template]
  var waitFor: [Templated<WaitTarget>]
  var secrets: [Secret]
  var openings: [Access]
  var page: Page?
  var monitors: [Watch]
  var classes: [StorageClass]

  struct Secret: Sendable {
    var when: Template.Condition?
    var name: Templated<String>
    var keys: [String]
    var reason: String
  }

  /// Becomes an `Opening`.
  struct Access: Sendable {
    var when: Template.Condition?
    enum Peer: Sendable {
      case cluster, nodes, world
      case pods(namespace: Templated<String>, labels: Template?)
    }
    var direction: Opening.Direction
    var peer: Peer
    var ports: [Templated<Int>]
    var transport: String
    var reason: String
  }

  struct Page: Sendable {
    var service: Templated<String>
    var port: Templated<Int>
  }

  struct Watch: Sendable {
    var when: Template.Condition?
    var kind: Monitor.Kind
    var labels: Template
    var port: Templated<String>
    var path: Templated<String>
  }

  struct StorageClass: Sendable {
    var when: Template.Condition?
    var name: Templated<String>
    var isDefault: Bool
    var reclaimPolicy: VolumeClass.ReclaimPolicy
  }
}

/// What the cluster file says of it.
struct OwnOptions: ComponentOptions {
  var component: OwnComponent
  /// The options with their defaults.
  var values: JSON
}
