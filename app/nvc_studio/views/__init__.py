"""What the window shows: widgets that hear the models and never see a message of the engine."""
