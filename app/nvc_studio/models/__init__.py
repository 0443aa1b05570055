"""What the window knows: Qt models that hear the engine client. They know nothing of widgets."""
