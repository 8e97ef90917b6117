"""What is changed in Rasa: its texts from facts.yml, rules, importer, loading of models, actions in this process.

Touch it when Rasa changes. Each of its private names that is used here has a test that fails when it does.
"""
