"""HjälpSam: a support chatbot for municipalities on the subject of violent extremism."""
