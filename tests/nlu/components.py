"""Making and loading components as Rasa does."""

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


class Maker:
    """Makes one component over and over, all with the same storage."""

    def __init__(self, component, folder, **config):
        self._component = component
        config = {**component.get_default_config(), "alias": component.__name__, **config}
        folder.mkdir(exist_ok=True)
        context = ExecutionContext(graph_schema=None, node_name=component.__name__)
        self._arguments = (config, LocalModelStorage(folder), Resource(component.__name__), context)

    def create(self):
        return self._component.create(*self._arguments)

    def load(self):
        return self._component.load(*self._arguments)


def examples(*lines):
    """Training data: texts, or pairs of text and intent."""
    pairs = [(line, None) if isinstance(line, str) else line for line in lines]
    return TrainingData([Message({TEXT: text, **({INTENT: intent} if intent else {})}) for text, intent in pairs])


def processed(component, text):
    """A message with what a component makes of it."""
    (message,) = component.process([Message({TEXT: text})])
    return message
