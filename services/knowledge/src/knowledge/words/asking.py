"""Words that ask, join or greet."""

from functools import cache

from knowledge.words.folding import words_of
from knowledge.words.lexical import word_tokens

ASKING = frozenset(
    words_of(
        "a afin aide aller alors aussi avez avoir avons besoin bien bjour bjr bonjour bonsoir bsr c ca car cb cc cela celle celles celui cest"
        " cet cette ceux cherche cherchez chez cmt combien comme comment connaitre cordialement coucou"
        " deja depuis devrais devrait dire dis dois doit doivent donc dont ds elles encore est etait etes fai faire fais fait faudrait"
        " faut font hello help ici j jai jamais jsui jsuis kan ke kel ki koi l laquelle lequel leurs lors lorsque lui madame maintenant meme merci met mets mme"
        " monsieur mr n nb nbre nombre ou parce peut peuvent peux pk plait please plus pourquoi pourrais pourrait pourriez"
        " pouvez pouvoir pq pr puis puisque qd quand que quel quelle quelles quels qui quoi rien s sais salu salut savoir sera serait si"
        " slt stp svp t tjs toujours tous tout toute toutes tres trouver trouvez ts tu urgent va vais vas veuillez veut veux vite voila"
        " voir voudrais voudrait voulez y ya quelque quelques quelqu"
        " aider alor aujourd aujourdhui bcoup bcp bidule bocou bonne bref chef chui client cliente clients cmnt collegue coment commant commen"
        " demain dite enfin etai etre fair fallait fau faudrai fet fo gars hier hui idee jdoi jen jme jms journee jpe jpeux jpx jsp jss jvai jvais"
        " jveux jvx kand kelk kelkun kelle kels kil kom koman machin mai mec moa mrc ms mtn ossi ouais oui pa parske paske patron pbm pcq pe peu"
        " pke pkoi plu pourkoi prk prob probleme problemes psk pui qqch qqn qqun quelqun pourtant cependant malgre jsais kon ct question quil rapidement sinon soiree solution souci soucis thx"
        " tj tjr tjrs truc voisin vraiment vrmt yavai yavait"
        " cetait cetai dun dune jfai jfais kes keske quon quun quune"
    )
)
"""Words that ask, join or greet, and name nothing; those that the stemmer takes for none are not among them."""

_EVERYDAY = (
    "accepte accepter ancien ancienne arrive arriver assez attend attendre autre avant apres beaucoup bon bout cas chaque chose contre cote coup debut dedans dehors"
    " demande demander dernier derniere derriere dessous dessus devant donne donner encore ensemble entre environ facon fin fois garde garder grand grande gros"
    " grosse jusque juste laisse laisser loin longtemps maison mange manger mauvais max maxi maximum mettent mettre mets met mieux min minimum mis moins"
    " moment nouveau nouvelle parle parler passe passer pendant petit petite plusieurs premier premiere prend prendre prennent pres presque rentre rentrer"
    " reste rester sans selon seul seulement sort sortent sortir sorte sous suite tenir tient tirer tire tour tourne tourner travaille travailler trop trouve trouver venir vers"
    " viennent vient vieux vite voient voit"
    " an annee heure jour matin midi minute mois nuit semaine soir temps"
    " un deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente quarante cinquante soixante cent mille"
)


@cache
def everyday() -> frozenset[int]:
    """The tokens of words that any question may be told in: that a passage lacks one of them says nothing of it."""
    return frozenset(t for word in words_of(_EVERYDAY) for t in word_tokens(word))
