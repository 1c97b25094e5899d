import Blueprint
import Diagnostics

func check(_ blueprint: Blueprint) -> [Diagnostic] { [] }
enum Checks { static let pages: [Page] = [] }
