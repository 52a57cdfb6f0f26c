"""The whole house on one machine: four services, and peers that play Nextcloud and Telegram where no account is set."""
