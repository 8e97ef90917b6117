// Everything the element itself says. It holds no fact: numbers, names and hours come from the server.
const TEXTS = {
  sv: {
    locale: "sv-SE",
    launcher: "Fråga chattboten",
    news: "Nytt svar i chatten",
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
    field: "Skriv din fråga eller oro",
    advice: "Skriv inte namn, personnummer eller annat som visar vem du eller någon annan är.",
    send: "Skicka",
    typing: "Chattboten skriver …",
    helped: "Hjälpte svaret?",
    yes: "Ja",
    no: "Nej",
    why: "Vad var det som inte blev bra? Du kan hoppa över frågan.",
    reasons: { wrong: "Uppgiften är fel", unclear: "Svårt att förstå", unanswered: "Jag fick inte svar på min fråga" },
    thanks: "Tack! Då kan vi göra svaren bättre.",
    person: "Jag vill prata med en människa",
    restart: "Börja om",
    erase: "Radera samtalet",
    save: "Spara som text",
    file: "samtal.txt",
    erased: "Samtalet är raderat, också hos oss. Skriv när du vill börja ett nytt.",
    erasedHere: "Samtalet är raderat här. Just nu har chatten ingen kontakt med oss, så hos oss raderas det av sig självt om en stund. Du behöver inte göra något.",
    idle: "Det var en stund sedan du skrev. För att skydda dig sparar vi inte samtal, så det förra är raderat. Du kan fortsätta här i ett nytt.",
    lost: "Samtalet var avslutat hos oss. Vi fortsätter i ett nytt.",
    full: "Längre än så här kan ett meddelande inte vara. Skicka det, och skriv resten i ett till.",
    away: "Chatten går inte att nå just nu. Vi försöker igen hela tiden, och har du skrivit något skickas det då.",
    failed: "Något gick fel hos oss. Det du skrev står kvar i rutan: försök gärna igen om en stund.",
    dontWait: (number) => `Är någon i fara? Vänta inte på chatten, ring ${number}.`,
  },
  en: {
    locale: "en-GB",
    launcher: "Ask the chatbot",
    news: "New answer in the chat",
    title: "Chat",
    close: "Close",
    closeWhat: "Close the chat",
    exit: "Leave this page quickly",
    danger: "Is anyone in danger?",
    call: (number) => `Call ${number}`,
    state: ({ source, year }, state) => `according to ${source} (${year}): ${state}`,
    open: (when) => `open now${when && `, closes ${when}`}`,
    closed: (when) => `closed now${when && `, opens ${when}`}`,
    time: (hour, minute) => `${hour}:${minute}`,
    log: "The conversation",
    bot: "The chatbot",
    me: "You",
    choice: "Choice",
    field: "Write your question or worry",
    advice: "Do not write names, personal identity numbers or anything else that shows who you or somebody else is.",
    send: "Send",
    typing: "The chatbot is typing …",
    helped: "Did the answer help?",
    yes: "Yes",
    no: "No",
    why: "What could have been better? You can skip this question.",
    reasons: { wrong: "The information is wrong", unclear: "Hard to understand", unanswered: "My question was not answered" },
    thanks: "Thank you! Now we can make the answers better.",
    person: "I want to talk to a person",
    restart: "Start again",
    erase: "Delete the conversation",
    save: "Save as text",
    file: "conversation.txt",
    erased: "The conversation has been deleted, on our side too. Write when you want to start a new one.",
    erasedHere: "The conversation has been deleted here. We can't be reached right now, so on our side it will be deleted automatically in a while. You don't need to do anything.",
    idle: "It has been a while since you wrote. To protect you we do not keep conversations, so the last one has been deleted. You can go on here in a new one.",
    lost: "The conversation had ended on our side. We go on in a new one.",
    full: "A message cannot be longer than this. Send it, and write the rest in another one.",
    away: "We can't reach the chat right now. We keep trying, and anything you have written will be sent then.",
    failed: "Something went wrong on our side. What you wrote is still in the box: please try again in a little while.",
    dontWait: (number) => `Is anyone in danger? Don't wait for the chat: call ${number}.`,
  },
};

// "16.00" today, "måndag 9.00" within a week, else "måndag 4 januari 9.00"; the helpline's local time.
function whenInWords(iso, text, now = Date.now()) {
  const [, day, hour, minute, sign, hours, minutes] = iso.match(/^(.{10})T0?(\d+):(\d\d).*([+-])(\d\d):(\d\d)$/);
  const offset = Number(sign + 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const today = new Date(now + offset).toISOString().slice(0, 10);
  const days = (Date.parse(day) - Date.parse(today)) / 86_400_000;
  const parts = days > 6 ? { weekday: "long", day: "numeric", month: "long" } : { weekday: "long" };
  const name = new Intl.DateTimeFormat(text.locale, { ...parts, timeZone: "UTC" }).format(Date.parse(day));
  const time = text.time(hour, minute);
  return days === 0 ? time : `${name} ${time}`;
}

// The element's own words in the language of a message, where it has them.
const wordsIn = (language, otherwise) => TEXTS[language] ?? otherwise;
