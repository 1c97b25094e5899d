"""Names each test that failed, and why, from a file that 'swift test --xunit-output' wrote."""

import sys
import xml.etree.ElementTree as tree

for test in tree.parse(sys.argv[1]).iter("testcase"):
    for failure in test.iter("failure"):
        print(f"{test.get('classname')}.{test.get('name')}: {failure.get('message')}")
