import Testing

/// One after the other: each test has servers of its own and some measure time.
@Suite(.serialized, .timeLimit(.minutes(5))) enum HTTPTests {}
