// Everything the element itself says. It holds no fact: numbers, names and hours come from the server.
const TEXTS = {
  sv: {
    launcher: "Fråga chattboten",
    title: "Chatt",
    close: "Stäng",
    closeWhat: "Stäng chatten",
    exit: "Lämna sidan snabbt",
    danger: "Akut fara?",
    call: (number) => `Ring ${number}`,
    state: ({ source, year }, state) => `enligt ${source} (${year}): ${state}`,
    open: (when) => `öppen nu${when && ` – stänger ${when}`}`,
    closed: (when) => `stängd nu${when && ` – öppnar ${when}`}`,
    time: (hour, minute) => `${hour}.${minute}`,
    log: "Samtalet",
    bot: "Chattboten",
    me: "Du",
    choice: "Val",
    field: "Skriv din fråga",
    advice: "Skriv inte namn, personnummer eller annat som visar vem du eller någon annan är.",
    send: "Skicka",
    typing: "Chattboten skriver …",
    helped: "Hjälpte svaret?",
    yes: "Ja",
    no: "Nej",
    why: "Vad var det som inte stämde? Du behöver inte svara.",
    reasons: { wrong: "Uppgiften är fel", unclear: "Svårt att förstå", unanswered: "Jag fick inte svar" },
    thanks: "Tack, då vet vi.",
    restart: "Börja om",
    erase: "Radera samtalet",
    save: "Spara som text",
    file: "samtal.txt",
    erased: "Samtalet är raderat, också hos oss. Skriv när du vill börja ett nytt.",
    erasedHere: "Samtalet är raderat här. Hos oss raderas det av sig självt om en stund, för just nu går det inte att nå oss.",
    idle: "Det var en stund sedan du skrev, så samtalet är raderat. Vi börjar om från början.",
    away: "Det går inte att nå chatten just nu. Det du skrev skickas av sig självt så snart det går.",
    failed: "Något gick fel hos oss. Försök igen om en stund.",
  },
  en: {
    launcher: "Ask the chatbot",
    title: "Chat",
    close: "Close",
    closeWhat: "Close the chat",
    exit: "Leave this page",
    danger: "In danger now?",
    call: (number) => `Call ${number}`,
    state: ({ source, year }, state) => `according to ${source} (${year}): ${state}`,
    open: (when) => `open now${when && `, closes ${when}`}`,
    closed: (when) => `closed now${when && `, opens ${when}`}`,
    time: (hour, minute) => `${hour}:${minute}`,
    log: "The conversation",
    bot: "The chatbot",
    me: "You",
    choice: "Choice",
    field: "Write your question",
    advice: "Do not write names, personal numbers or anything else that shows who you or somebody else is.",
    send: "Send",
    typing: "The chatbot is writing …",
    helped: "Did the answer help?",
    yes: "Yes",
    no: "No",
    why: "What was wrong? You do not have to answer.",
    reasons: { wrong: "It is not correct", unclear: "Hard to understand", unanswered: "My question was not answered" },
    thanks: "Thank you, that helps us.",
    restart: "Start again",
    erase: "Delete the conversation",
    save: "Save as text",
    file: "conversation.txt",
    erased: "The conversation is deleted, on our side too. Write when you want to begin a new one.",
    erasedHere: "The conversation is deleted here. On our side it will be deleted by itself; we cannot be reached just now.",
    idle: "It has been a while since you wrote, so the conversation is deleted. We start from the beginning.",
    away: "The chat cannot be reached just now. What you wrote will be sent by itself as soon as possible.",
    failed: "Something went wrong on our side. Try again in a while.",
  },
};

// "16.00" today, "måndag 9.00" within a week, else "måndag 4 januari 9.00"; the helpline's local time.
function whenInWords(iso, language, now = Date.now()) {
  const [, day, hour, minute, sign, hours, minutes] = iso.match(/^(.{10})T0?(\d+):(\d\d).*([+-])(\d\d):(\d\d)$/);
  const offset = Number(sign + 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const today = new Date(now + offset).toISOString().slice(0, 10);
  const days = (Date.parse(day) - Date.parse(today)) / 86_400_000;
  const parts = days > 6 ? { weekday: "long", day: "numeric", month: "long" } : { weekday: "long" };
  const name = new Intl.DateTimeFormat(language, { ...parts, timeZone: "UTC" }).format(Date.parse(day));
  const time = TEXTS[language].time(hour, minute);
  return days === 0 ? time : `${name} ${time}`;
}
