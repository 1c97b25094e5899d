print("croft")
