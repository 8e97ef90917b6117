"""Yes, no and "berätta mer" to what the latest reply offered."""

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guarded import Event, Guarded
from hjalpsam.content.intents import ALSO
from hjalpsam.nlu.offers import NO, YES, answering, before_latest_message, offered

MORE = "/ask_more"
NOT_NOW = "/not_now"  # the payload of a no, where the reply has no button for it


class ActionTakeOffer(Guarded, Action):
    """The button that answers yes, else "berätta mer", as if it had been pressed; of several it asks which."""

    otherwise = "utter_affirm"

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_take_offer"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """Sets the slot `also` to the button's payload, which the channel then asks.

        Else utters utter_which_guess, or what is said where nothing was offered: utter_affirm, utter_ask_more.
        """
        before, says_yes = before_latest_message(tracker.events), tracker.latest_message["intent"]["name"] == "affirm"
        offers = answering(before, YES)
        if not offers and says_yes:
            offers = [button for button in offered(before) if button["payload"] == MORE]
        if len(offers) == 1:
            return [SlotSet(ALSO, offers[0]["payload"])]
        nothing = "utter_affirm" if says_yes else "utter_ask_more"
        dispatcher.utter_message(response="utter_which_guess" if offers else nothing, buttons=offers)
        return []


class ActionDeclineOffer(Guarded, Action):
    """The button that answers no, as if it had been pressed."""

    otherwise = "utter_deny"

    def name(self) -> str:
        """The name in domain.yml."""
        return "action_decline_offer"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """Sets the slot `also` to the payload of the no; utters utter_deny where nothing was offered."""
        before = before_latest_message(tracker.events)
        declined = answering(before, NO)
        if declined or answering(before, YES):
            return [SlotSet(ALSO, declined[0]["payload"] if declined else NOT_NOW)]
        dispatcher.utter_message(response="utter_deny")
        return []
