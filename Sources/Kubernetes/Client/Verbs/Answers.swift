import HTTP
import JSON

extension HTTPResponse {
  /// - Throws: `KubernetesError.malformed` where the answer is not JSON.
  func json(_ call: Call) throws(KubernetesError) -> JSON {
    do throws(JSONError) {
      return try JSON(parsing: body)
    } catch {
      throw .malformed("\(call.description): the answer is not JSON: \(error)")
    }
  }

  func object(_ call: Call) throws(KubernetesError) -> Object {
    let json = try json(call)
    guard json["kind"]?.string != nil, json["metadata"]?.object != nil else {
      throw .malformed("\(call.description): expected an object with kind and metadata in the answer")
    }
    return Object(json)
  }
}
