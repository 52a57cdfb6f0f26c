"""The Telegram bot, and the filing of each report step by step."""
