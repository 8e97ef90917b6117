"""What the assistant works out; the action server (rasa_sdk) registers every Action in here."""
