"""Countries: each with its share of the members and lists of names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """A market: ISO code, share of members in thousandths, first names and family names."""

    code: str
    share: int
    first_names: tuple[str, ...]
    family_names: tuple[str, ...]

    def name(self, number: int) -> str:
        """The full name for a number below `name_count`."""
        first, last = divmod(number, len(self.family_names))
        return f"{self.first_names[first]} {self.family_names[last]}"

    @property
    def name_count(self) -> int:
        """How many full names the lists give."""
        return len(self.first_names) * len(self.family_names)


def _country(code: str, share: int, first_names: str, family_names: str) -> Country:
    # An underscore means a space inside one name ("De_Luca").
    return Country(
        code,
        share,
        tuple(word.replace("_", " ") for word in first_names.split()),
        tuple(word.replace("_", " ") for word in family_names.split()),
    )


# Shares add up to 1000; a test checks that. The order is part of the sample's bytes: append, never sort.
COUNTRIES: tuple[Country, ...] = (
    _country(
        "US",
        270,
        "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard "
        "Susan Joseph Jessica Thomas Karen Christopher Sarah Charles Lisa Daniel Nancy Matthew Sandra "
        "Anthony Ashley Mark Emily Steven Kimberly Andrew Donna Joshua Michelle Kenneth Carol Kevin Amanda "
        "Brian Melissa Tyrone Deborah Marcus Stephanie Darnell Rebecca Ronald Laura Jamal Aaliyah Luis "
        "Maria Carlos Destiny Ethan Grace",
        "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez "
        "Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris "
        "Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill "
        "Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans "
        "Turner Diaz Parker Cruz Edwards Collins Reyes",
    ),
    _country(
        "CA",
        50,
        "Liam Emma Noah Olivia Jacob Charlotte Lucas Sophie Logan Chloe Nathan Zoe Samuel Maude Felix "
        "Camille Owen Hannah Gabriel Juliette Ryan Megan Xavier Florence",
        "Tremblay Gagnon Roy Cote Bouchard Gauthier Morin Lavoie MacDonald Campbell Fraser Stewart Singh "
        "Wong Chan Patel Brown Martin Wilson Fortin Leblanc Pelletier Reid Murray",
    ),
    _country(
        "MX",
        75,
        "José María Juan Guadalupe Luis Fernanda Carlos Alejandra Miguel Daniela Jorge Ximena Francisco "
        "Verónica Antonio Gabriela Alejandro Leticia Pedro Rosa Ricardo Adriana Héctor Mónica Raúl Lourdes "
        "Sergio Paola",
        "Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Cruz Flores Gómez "
        "Morales Vázquez Reyes Jiménez Torres Díaz Gutiérrez Ruiz Mendoza Aguilar Ortiz Castillo Moreno "
        "Romero Álvarez Chávez",
    ),
    _country(
        "BR",
        65,
        "João Maria Pedro Ana Lucas Juliana Gabriel Camila Rafael Fernanda Felipe Beatriz Mateus Larissa "
        "Bruno Letícia Thiago Patrícia Gustavo Aline Rodrigo Mariana Eduardo Vanessa Leandro Bruna",
        "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins "
        "Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira "
        "Nunes",
    ),
    _country(
        "CO",
        25,
        "Andrés Valentina Santiago Catalina Camilo Natalia Julián Paula Sebastián Marcela Felipe Diana "
        "Mauricio Carolina Óscar Luz Jairo Yolanda",
        "Rodríguez Gómez González Martínez García López Hernández Sánchez Ramírez Pérez Díaz Muñoz Rojas "
        "Moreno Jiménez Vargas Castro Ospina",
    ),
    _country(
        "DE",
        60,
        "Thomas Sabine Michael Petra Andreas Monika Stefan Susanne Jürgen Claudia Markus Birgit Lukas Anna "
        "Jonas Lena Felix Marie Maximilian Laura Björn Katrin Uwe Heike Matthias Anja",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer "
        "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner",
    ),
    _country(
        "AT",
        15,
        "Josef Maria Franz Anna Johann Elisabeth Lukas Katharina Florian Verena Matthias Barbara Georg "
        "Martina",
        "Gruber Huber Bauer Wagner Müller Pichler Steiner Moser Mayer Hofer Leitner Berger Fuchs Eder",
    ),
    _country(
        "FR",
        30,
        "Jean Marie Pierre Nathalie Michel Isabelle Philippe Sylvie Nicolas Catherine Julien Céline "
        "Antoine Aurélie Mathieu Élodie Hugo Manon Thierry Hélène",
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre "
        "Michel Garnier David Bertrand Roux Vincent Fournier",
    ),
    _country(
        "IT",
        35,
        "Giuseppe Maria Antonio Anna Giovanni Giulia Mario Francesca Luigi Chiara Andrea Sara Marco Laura "
        "Alessandro Elena Stefano Valentina Matteo Federica",
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca "
        "Mancini Costa Giordano Rizzo Lombardi Moretti",
    ),
    _country(
        "ES",
        25,
        "Antonio Carmen Manuel Ana José Isabel Francisco Laura David Cristina Javier Marta Daniel Lucía "
        "Pablo Elena Álvaro Rocío",
        "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz "
        "Hernández Díaz Moreno Álvarez Muñoz Romero",
    ),
    _country(
        "GB",
        35,
        "Oliver Amelia George Isla Harry Ava Jack Emily Charlie Sophie Thomas Poppy William Freya Alfie "
        "Harriet Rhys Cerys Callum Eilidh Mohammed Aisha",
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker "
        "Hughes Edwards Green Hall Wood Khan Patel Ahmed Clarke",
    ),
    _country(
        "PL",
        25,
        "Piotr Anna Krzysztof Katarzyna Andrzej Małgorzata Tomasz Agnieszka Paweł Barbara Michał Ewa "
        "Marcin Magdalena Łukasz Joanna",
        "Nowak Kowalski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Mazur "
        "Krawczyk Kaczmarek Piotrowski Grabowski Pawłowski",
    ),
    _country(
        "SE",
        10,
        "Lars Karin Erik Anna Anders Ingrid Johan Elin Oskar Maja Gustav Saga Nils Åsa",
        "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Lindberg "
        "Sjöberg",
    ),
    _country(
        "TR",
        25,
        "Mehmet Fatma Mustafa Ayşe Ahmet Emine Ali Hatice Hüseyin Zeynep Hasan Elif İbrahim Meryem Murat "
        "Şerife",
        "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin "
        "Koç",
    ),
    _country(
        "NG",
        30,
        "Chinedu Ngozi Emeka Amaka Tunde Funmilayo Segun Yetunde Ibrahim Fatima Musa Aisha Obinna Chioma "
        "Femi Folake Uche Blessing",
        "Okafor Adeyemi Eze Balogun Okonkwo Abubakar Nwosu Adebayo Ibrahim Obi Mohammed Olawale Chukwu "
        "Bello Ogunleye Nnamdi Lawal Okoro",
    ),
    _country(
        "ZA",
        25,
        "Thabo Nomsa Sipho Lerato Johan Anneke Pieter Elsabe Bongani Zanele Mandla Precious Ruan Thandi "
        "Kagiso Nokuthula",
        "Nkosi Dlamini Botha Van_Wyk Naidoo Mokoena Khumalo Pretorius Sithole Ndlovu Pillay Van_der_Merwe "
        "Mthembu Zulu Govender Molefe",
    ),
    _country(
        "IN",
        60,
        "Rahul Priya Amit Sunita Rajesh Anjali Sanjay Pooja Vijay Kavita Arjun Neha Suresh Deepa Manoj "
        "Lakshmi Ravi Meena Anil Shreya Karthik Divya Imran Farah",
        "Sharma Patel Singh Kumar Gupta Reddy Nair Iyer Verma Mehta Joshi Das Chatterjee Rao Khan Shah "
        "Pillai Agarwal Mishra Desai Bose Menon Chauhan Kulkarni",
    ),
    _country(
        "PH",
        50,
        "Jose Maria Juan Ana Mark Angelica Jayson Kristine Ramon Rosario Rodel Marites Reynaldo Jocelyn "
        "Arnel Liza Noel Cherry Dennis Grace",
        "Santos Reyes Cruz Bautista Ocampo Garcia Mendoza Torres Tomas Andrada Castillo Flores Villanueva "
        "Ramos Castro Rivera Aquino Navarro Salazar Mercado",
    ),
    _country(
        "MY",
        20,
        "Ahmad Nurul Mohd Siti Azlan Farah Wei_Ming Mei_Ling Kumar Devi Hafiz Aminah Chong_Wei Li_Ting",
        "Abdullah Ismail Tan Lim Lee Wong Rahman Hassan Ng Ong Subramaniam Yusof Chan Zainal",
    ),
    _country(
        "JP",
        30,
        "Haruto Yui Sota Aoi Ren Hina Yuto Sakura Takashi Yoko Kenji Keiko Hiroshi Akiko Makoto Naoko",
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki "
        "Matsumoto Inoue Kimura",
    ),
    _country(
        "KR",
        25,
        "Min-jun Seo-yeon Ji-hoon Ha-eun Hyun-woo Ji-woo Dong-hyun Soo-jin Sung-min Eun-ji Young-ho Mi-sook",
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Shin",
    ),
    _country(
        "AU",
        15,
        "Jack Charlotte Lachlan Matilda Cooper Ruby Angus Georgia Hamish Kylie Bruce Sheila Declan Tahlia",
        "Smith Jones Nguyen Williams Brown Taylor Kelly Murphy O’Brien Ryan Campbell McKenzie Singh Harrison",
    ),
)
